"""The plan leads from any directory to any inventory, and then there is nothing left to do."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.records import Account, Enrolment, Person, School, SchoolClass
from inventory.records.changes import Change
from inventory.records.people import AccountState, Role
from inventory.records.places import SchoolType
from provisioning.directory.dn import normalise
from provisioning.directory.layout import lay_out
from provisioning.directory.settings import DirectorySettings
from tests.directory.city import DAY, City
from tests.directory.model import AD_SETTINGS, SETTINGS, Model
from tests.directory.support import check_order

CLASS_NAMES = ["5a", "5A", "6a", "7a", "5a, b", "students", "", "#1", " "]
NUMBERS = ["100001", "100002", "100003", "100004"]


@st.composite
def cities(draw: st.DrawFn) -> City:
    """Two schools, six classes and six people with ids that stay, and all else as it likes."""
    city = City()
    numbers = draw(st.permutations(NUMBERS))
    for position in range(2):
        city.put(
            School(id=f"s{position}", number=numbers[position], name="Schule",
                   school_type=SchoolType.GESAMTSCHULE)
        )  # fmt: skip
    for position in range(draw(st.integers(0, 6))):
        name = draw(st.sampled_from(CLASS_NAMES))
        city.put(SchoolClass(id=f"c{position}", school=f"s{position % 2}", name=name))
    for position in draw(st.sets(st.integers(0, 5))):
        add_person(draw, city, position)
    return city


def add_person(draw: st.DrawFn, city: City, position: int) -> None:
    person = f"p{position}"
    state = draw(st.sampled_from(AccountState))
    city.put(
        Person(id=person, school=draw(st.sampled_from(["s0", "s1"])), given_name="Anna",
               family_name=draw(st.sampled_from(["Muster", "Müller", ""]))),
        Account(id=f"a{position}", person=person, school="s0", state=state,
                user_name=f"u{position}{draw(st.sampled_from(['', 'x', ', y']))}"),
    )  # fmt: skip
    for number in range(draw(st.integers(0, 3))):
        city.put(
            Enrolment(id=f"e{position}{number}", person=person,
                      school=draw(st.sampled_from(["s0", "s1"])), role=draw(st.sampled_from(Role)),
                      school_class=draw(st.sampled_from(["", "c0", "c1", "c2", "c3", "gone"])),
                      school_year="2026/27",
                      ends_on=draw(st.sampled_from([None, date(2026, 7, 31)])))
        )  # fmt: skip


KINDS = pytest.mark.parametrize("kind", [SETTINGS, AD_SETTINGS], ids=lambda kind: kind.kind)


def changes_of(model: Model, city: City) -> list[Change]:
    changes = [item for item in model.plan(city) if isinstance(item, Change)]
    check_order(changes)
    return changes


def uuids(model: Model) -> dict[str, str]:
    found = {}
    for _name, attributes in model.entries.values():
        for value in (
            *attributes.get("employeenumber", ()),
            *attributes.get("description", ()),
            *attributes.get("admindescription", ()),
        ):
            found[value] = attributes["entryuuid"][0]
    return found


def check_members(model: Model, city: City) -> None:
    """Everyone active is in the groups that are there and wanted, and in no other of ours."""
    subtree = model.subtree()
    for person in lay_out(city, model.settings, DAY).persons:
        entry = subtree.keyed("person", person.key)
        if entry is None:
            assert person.locked or model.plan(city), "an account without an entry goes untold"
            continue
        groups = {
            group.key
            for group in subtree.ours("group")
            if entry.place in map(normalise, group.values("member"))
        }
        assert groups <= set(person.groups)
        assert {key for key in person.groups if subtree.keyed("group", key)} == groups


@KINDS
@given(years=st.lists(cities(), min_size=1, max_size=4))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_year_s_plan_leads_there_and_keeps_entries(
    kind: DirectorySettings, years: list[City]
) -> None:
    model = Model(kind)
    for city in years:
        before = uuids(model)
        model.apply(changes_of(model, city))
        assert changes_of(model, city) == []
        after = uuids(model)
        deleted = {SETTINGS.key(a.person) for a in city.records(Account)
                   if a.state is AccountState.DELETED}  # fmt: skip
        assert deleted.isdisjoint(after)
        kept = {key: uuid for key, uuid in before.items() if key not in deleted}
        assert {key: after.get(key) for key in kept} == kept
        check_members(model, city)


def contents(model: Model) -> dict[str, dict[str, list[str]]]:
    return {
        place: {name: sorted(values) for name, values in attributes.items() if values}
        for place, (_name, attributes) in model.entries.items()
    }


@KINDS
@given(one=cities(), other=cities())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_change_can_be_taken_back(kind: DirectorySettings, one: City, other: City) -> None:
    model = Model(kind)
    model.apply(changes_of(model, one))
    for change in changes_of(model, other):
        before = contents(model)
        model.apply([change])
        after = contents(model)
        if change.undo and change.kind != "membership":
            model.apply([change.model_copy(update={"operations": change.undo})])
            assert contents(model) == before
            model.apply([change])
            assert contents(model) == after


def test_a_deleted_account_goes_whatever_its_name_is_by_then() -> None:
    model, city = Model(AD_SETTINGS), City()
    person = city.person("ida", city.school("1"))
    model.apply(changes_of(model, city))
    city.change(Account, "a-ida", user_name="ida, huber", state=AccountState.DELETED)
    model.apply(changes_of(model, city))
    assert AD_SETTINGS.key(person) not in uuids(model)
