"""One person: from what is known and what the exports say to the edits between."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from pydantic import JsonValue

from inventory.messages import Message
from inventory.records import Account, Enrolment, Person, School, SchoolClass, SourceKey
from inventory.records.base import Edit, derive_id, unchecked, updated
from inventory.records.changes import Action, Expected, Risk
from inventory.records.people import AccountState, Role
from provisioning.roster.becoming import becomes_somebody_else
from provisioning.roster.desired import Scope, Wish
from provisioning.roster.ending import ends_of
from provisioning.roster.former import source_key_id
from provisioning.roster.life import LEAVING, Days, Presence, days_of, lived, returned, role_of
from provisioning.roster.names import NameMaker
from provisioning.roster.people import Known, Place
from provisioning.roster.settings import AccountSettings
from provisioning.roster.showing import differing, facts
from provisioning.roster.telling import TAKES_AWAY, Ends, action_of, reason_of

_make_enrolment = unchecked(Enrolment)
_make_key = unchecked(SourceKey)


@dataclass
class Rules:
    """How accounts are made: `adopted` are names people had before, `unclear` get none yet.

    `addresses` are those of the user names in `adopted`. `namesakes` get new accounts although
    others in the directory bear their name or address.
    """

    settings: AccountSettings
    names: NameMaker
    day: date
    adopted: Mapping[str, str] = field(default_factory=dict)
    unclear: frozenset[str] = frozenset()
    namesakes: frozenset[str] = frozenset()
    key_owners: Mapping[tuple[str, str, str], SourceKey] = field(default_factory=dict)
    """Stored keys: one that belonged to somebody else goes over to whom that one is now."""
    addresses: Mapping[str, str] = field(default_factory=dict)

    def days(self, known: Known, school_number: str) -> Days:
        """How long the person's account stays after leaving, by the role until then."""
        return days_of(self.settings.life, self.role(known), school_number)

    def role(self, known: Known) -> Role | None:
        """The role of somebody who is at a school, or was before leaving."""
        school = known.person.school if known.person else ""
        left_as = known.account.left_as if known.account else None
        return role_of(known.enrolments.values(), school) or left_as


@dataclass
class PersonPlan:
    """The edits of one person and how to show them."""

    person: Person
    action: Action
    school: str
    role: str
    year_group: str
    places: list[Place]
    reason: Message
    risk: Risk
    inferred: bool
    before: dict[str, JsonValue] | None
    after: dict[str, JsonValue] | None
    edits: list[Edit]
    proposal: str = ""
    expected: Expected | None = None
    other_person: bool = False


def plan_person(
    person_id: str,
    known: Known,
    wish: Wish | None,
    covered: Mapping[Scope, str],
    schools: Mapping[str, School],
    classes: Mapping[str, SchoolClass],
    rules: Rules,
) -> PersonPlan | None:
    """The plan for one person, or None when all is as it should be.

    `wish` is None for somebody whom no delivery names; `covered` is what the deliveries cover.
    """
    named, wish = wish is not None, wish or Wish()
    ends = ends_of(known, wish, covered, schools, classes)
    kept = {p: e for p, e in known.enrolments.items() if p not in ends.places}
    if known.person is None and not wish.places:
        return None  # waiting, a guest, or gone before we ever knew them
    if not named and not ends.places and not known.leaving:
        return None  # nobody says anything about this person, and that ends nothing
    places = sorted({*kept, *wish.places}, key=lambda p: (p not in kept, p))
    home = _home(known, places)
    wish = wish.as_told_at(home)
    person = _person(person_id, known, wish, home)
    elsewhere = bool(kept.keys() - wish.places.keys())
    number = schools[home].number if home in schools else ""
    account = _account(person, known, wish, elsewhere, number, rules)
    edits = _edits(known, person, account, wish, ends.places, rules)
    if not edits:
        return None
    action = action_of(known.person, person, known.account, account)
    shown = places[0] if places else (ends.places[0] if ends.places else (home, "", ""))
    if account and account.state in LEAVING:
        left_as = account.left_as.value if account.left_as else ""
        shown = ends.places[0] if ends.places else (home, left_as, "")
    years = {place: e.school_year for place, e in kept.items()} | wish.places
    now = facts(person, account, years, wish.keys | known.keys.keys(), classes, schools)
    before = None
    if known.person is not None:
        held = {place: e.school_year for place, e in known.enrolments.items()}
        before = facts(known.person, known.account, held, {*known.keys}, classes, schools)
    before, after = differing(before, now)
    if before is not None and known.account and action in TAKES_AWAY:
        before["user_name"] = known.account.user_name  # protected accounts are known by it
    return PersonPlan(
        person=person, action=action, school=shown[0] or home, role=shown[1],
        year_group=_year_group(classes, shown[2]), places=places,
        reason=reason_of(wish.source, ends, known.person, known.account, account),
        inferred=ends.inferred, risk=Risk.HIGH if action is Action.DELETE else Risk.LOW,
        before=before, after=after, edits=edits, other_person=_is_another(known, wish, person),
        expected=_expected(known, account, ends, places),
    )  # fmt: skip


def _expected(
    known: Known, account: Account | None, ends: Ends, places: list[Place]
) -> Expected | None:
    """Why somebody leaves who was not inferred to; nothing for who stays somewhere."""
    if ends.inferred or not known.enrolments:
        return None
    if not places:
        return ends.expected
    had = known.account
    leaves = had and account and account.state in LEAVING and had.state not in LEAVING
    return Expected.TOLD if leaves else None  # is to come (again) by the source's word


def _is_another(known: Known, wish: Wish, person: Person) -> bool:
    """Whether a key that we know names somebody else now; a new key was joined by a decision."""
    old = known.person
    if old is None or old == person or known.keys.keys().isdisjoint(wish.keys):
        return False
    return becomes_somebody_else(old, person)


def _year_group(classes: Mapping[str, SchoolClass], class_id: str) -> str:
    grade = classes[class_id].grade if class_id in classes else None
    return "" if grade is None else str(grade)


def _home(known: Known, places: list[Place]) -> str:
    """The home school: the old one as long as the person is there."""
    there = [place[0] for place in places]
    current = known.person.school if known.person else ""
    return current if current in there or not there else there[0]


def _person(person_id: str, known: Known, wish: Wish, home: str) -> Person:
    old = known.person
    if not wish.family_name and old is not None:
        return updated(old, school=home)
    facts = {
        "school": home, "given_name": wish.given_name, "family_name": wish.family_name,
        "birth_date": wish.birth_date or (old.birth_date if old else None),
        "service_email": wish.service_email or (old.service_email if old else ""),
    }  # fmt: skip
    return updated(old, **facts) if old else Person(id=person_id, **facts)


def _account(
    person: Person,
    known: Known,
    wish: Wish,
    elsewhere: bool,
    school_number: str,
    rules: Rules,
) -> Account | None:
    here = wish.present or elsewhere or bool(wish.lost and known.enrolments)
    old = known.account
    if old is not None:
        if wish.lost and not here:
            return old  # no news is not bad news
        number = old.posix_id
        if here and number is None and not old.adopted:
            number = rules.names.posix_ids.make()  # it was made before the settings gave numbers
        leaves = not here and old.state is not AccountState.PLANNED
        account = updated(old, school=old.school if leaves else person.school, posix_id=number)
        if here and not account.held:
            return returned(account)  # as nearly everybody
        away = Presence.EXPECTED if wish.places else Presence.GONE
        return lived(
            account,
            Presence.HERE if here else away,
            rules.day,
            rules.days(known, school_number),
            role=rules.role(known),
            starts_on=wish.starts_on,
            has_devices=rules.settings.devices_block_deletion and known.devices > 0,
        )
    if not (here or wish.places) or person.id in rules.unclear:
        return None
    given, family = person.given_name, person.family_name
    user_name = rules.adopted.get(person.id)
    adopted = user_name is not None
    if user_name is None:
        user_name = rules.names.make(given, family)
    email = rules.addresses.get(user_name, "") if adopted else ""
    email = email or rules.names.make_address(given, family, user_name, school_number)
    return Account(
        id=derive_id("account", person.id), person=person.id, school=person.school,
        user_name=user_name, email=email, adopted=adopted,
        posix_id=None if adopted else rules.names.posix_ids.make(),
        state=AccountState.ACTIVE if here else AccountState.PLANNED,
        starts_on=None if here else wish.starts_on,
    )  # fmt: skip


def _edits(
    known: Known,
    person: Person,
    account: Account | None,
    wish: Wish,
    ended: list[Place],
    rules: Rules,
) -> list[Edit]:
    edits = [Edit(known.person, person)] if known.person != person else []
    for words in sorted(wish.keys - known.keys.keys()):
        if (others := rules.key_owners.get(words)) is not None:
            edits.append(Edit(others, others.model_copy(update={"person": person.id})))
            continue
        system, school, record_id = words
        key_id = source_key_id(rules.names.hasher, person.id, words)
        key = _make_key(
            id=key_id, person=person.id, system=system, school=school, record_id=record_id
        )
        edits.append(Edit(None, key))
    edits += [Edit(known.enrolments[place], None) for place in sorted(ended)]
    for place, year in sorted(wish.places.items()):
        school, role, class_id = place
        before = known.enrolments.get(place)
        if before is not None and (before.school_year, before.starts_on, before.ends_on) == (
            year, None, None
        ):  # fmt: skip
            continue  # as nearly all
        after = _make_enrolment(
            id=derive_id("enrolment", person.id, *place), person=person.id, school=school,
            role=Role(role), school_class=class_id, school_year=year,
        )  # fmt: skip
        edits.append(Edit(before, after))
    if account is not None and account != known.account:
        edits.append(Edit(known.account, account))
    return edits
