"""A person's change as people read it: a few facts before and after, not the records."""

from collections.abc import Mapping

from pydantic import JsonValue

from inventory.records import Account, Person, School, SchoolClass

Facts = dict[str, JsonValue]


def facts(
    person: Person,
    account: Account | None,
    places: Mapping[tuple[str, str, str], str],
    keys: set[tuple[str, str, str]],
    classes: Mapping[str, SchoolClass],
    schools: Mapping[str, School],
) -> Facts:
    """What matters of a person; `places` are (school, role, class) with their school year."""
    in_classes = {classes[place[2]].name for place in places if place[2] in classes}
    found = {
        "given_name": person.given_name,
        "family_name": person.family_name,
        "birth_date": person.birth_date.isoformat() if person.birth_date else "",
        "service_email": person.service_email,
        "school": schools[person.school].number if person.school in schools else "",
        "roles": ", ".join(sorted({place[1] for place in places})),
        "classes": ", ".join(sorted(in_classes)),
        "school_year": ", ".join(sorted(set(places.values()))),
        "record_id": ", ".join(sorted({key[2] for key in keys})),
    }
    if account is not None:
        found["user_name"] = account.user_name
        found["state"] = account.state.value
        found["posix_id"] = "" if account.posix_id is None else str(account.posix_id)
        for name in ("starts_on", "left_on", "disabled_on", "deleted_on"):
            day = getattr(account, name)
            found[name] = day.isoformat() if day else ""
    return dict(found)


def differing(before: Facts | None, after: Facts) -> tuple[Facts | None, Facts]:
    """Only what differs; all that is not empty for a new person."""
    if before is None:
        return None, {name: value for name, value in after.items() if value}
    names = [n for n in dict.fromkeys((*before, *after)) if before.get(n, "") != after.get(n, "")]
    return {n: before.get(n, "") for n in names}, {n: after.get(n, "") for n in names}
