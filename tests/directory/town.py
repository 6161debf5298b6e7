"""Two schools with people of every role, and what happens to them: for runs that go wrong."""

from collections import Counter
from collections.abc import Sequence

from ldap3 import Connection

from inventory.records import Account, Person, School
from inventory.records.changes import Change
from inventory.records.people import Role
from inventory.records.runs import Outcome
from provisioning.lab.slapd import Slapd
from tests.directory.city import City
from tests.directory.support import Desk, Notebook

_OF_TIME_AND_CHANCE = {
    "entryUUID", "userPassword", "objectSid", "uSNChanged", "uSNCreated", "whenChanged",
    "whenCreated", "pwdLastSet", "lastLogon", "lastLogonTimestamp", "logonCount", "badPwdCount",
    "badPasswordTime",
}  # fmt: skip


def town() -> City:
    """Two schools with people of every role."""
    city = City()
    for number in ("100001", "100002"):
        school = city.school(number)
        own = city.school_class(school, "5a", f"c{number}")
        for position in range(6):
            city.person(f"u{number}{position}", school, own)
        city.person(f"t{number}", school, own, Role.TEACHER)
    return city


def year_two(city: City) -> None:
    """Somebody moves, marries, leaves and comes."""
    second = next(s for s in city.records(School) if s.number == "100002")
    city.move("p-u1000010", second)
    city.change(Person, "p-u1000011", family_name="Neu")
    city.change(Account, "a-u1000012", user_name="renamed")
    city.lock("p-u1000013")
    city.person("newcomer", second)


def effects(desk: Desk) -> Counter[tuple[str, str]]:
    """Successful writes of our account to OpenLDAP, by kind and DN."""
    return Counter(
        (write.operation, write.dn.lower())
        for write in desk.slapd.writes()
        if write.result == 0 and write.actor == Slapd.sync_dn
    )


def state(desk: Desk) -> dict[str, dict[str, set[str]]]:
    """The directory without what time and chance put into it."""
    return {
        name: {key: v for key, v in attributes.items() if key not in _OF_TIME_AND_CHANCE}
        for name, attributes in desk.dump().items()
    }


def fail_of(changes: Sequence[Change], notebook: Notebook, key: str) -> tuple[Outcome, str]:
    """How the one change of an entry went, and what was said."""
    [change] = [c for c in changes if c.key.lower().startswith(key) and c.kind != "membership"]
    result = notebook.results[change.id]
    return result.outcome, str(result.message)


def add_stranger(desk: Desk, admin: Connection, entry: str) -> None:
    """An account or group of somebody else's."""
    name = entry.split(",", maxsplit=1)[0][3:]
    if desk.settings.kind == "active_directory":
        kind = "group" if "ou=groups" in entry else "user"
        admin.add(entry, kind, {"sAMAccountName": f"other-{name}"})
    elif "ou=groups" in entry:
        admin.add(entry, "groupOfNames", {"member": desk.settings.bind_dn})
    else:
        admin.add(entry, "inetOrgPerson", {"sn": "Fremd"})
