"""The sample city: as large as promised, always the same, and consistent in itself."""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable

import pytest

from inventory.errors import UsageError
from inventory.records.assets import AccessPoint, Device, Switch
from inventory.records.base import Record
from inventory.records.network import Interface, PortProfile, PortUse
from inventory.records.places import FINAL_GRADE, Building, Room, School, Site
from provisioning.lab.city import FULL_SIZE, City
from provisioning.lab.city_people import Status, first_rolls
from provisioning.lab.city_records import city_records
from provisioning.lab.city_years import rolls_of
from provisioning.lab.names import HARD_NAMES, Names

SMALL = City(seed=7, schools=4, scale=0.3)


@pytest.fixture(scope="module")
def full() -> list[Record]:
    return list(city_records(City(seed=1)))


def of(records: Iterable[Record], kind: type[Record]) -> list[Record]:
    return [record for record in records if isinstance(record, kind)]


@pytest.mark.parametrize(
    ("kind", "promised"),
    [(School, 150), (Building, 900), (Switch, 2_000), (AccessPoint, 3_000), (Device, 40_000)],
)
def test_full_city_has_the_promised_size(
    full: list[Record], kind: type[Record], promised: int
) -> None:
    assert len(of(full, kind)) == pytest.approx(promised, rel=0.05)


def test_full_city_has_the_promised_people() -> None:
    rolls = first_rolls(City(seed=1))
    assert len(rolls) == FULL_SIZE
    people = sum(len(roll.pupils) + len(roll.teachers) for roll in rolls)
    assert people == pytest.approx(75_000, rel=0.05)


def test_full_city_has_schools_of_every_type(full: list[Record]) -> None:
    types = {school.school_type for school in full if isinstance(school, School)}
    assert types == set(FINAL_GRADE)


def test_no_two_records_share_what_must_be_unique(full: list[Record]) -> None:
    assert len({record.id for record in full}) == len(full)
    for kind in {type(record) for record in full}:
        for fields in kind.unique:
            keys = Counter(
                key
                for record in of(full, kind)
                if any(key := tuple(getattr(record, field) for field in fields))
            )
            assert [key for key, count in keys.items() if count > 1] == [], (kind, fields)


def test_no_two_things_share_a_mac_address(full: list[Record]) -> None:
    things = [thing for thing in full if isinstance(thing, Device | AccessPoint)]
    assert len({thing.mac for thing in things}) == len(things)


def test_records_name_only_records_that_came_before(full: list[Record]) -> None:
    known = {""}
    refs = {
        Site: ("school",), Building: ("school", "site"), Room: ("school", "building"),
        Switch: ("school", "room"), Interface: ("school", "switch", "room", "profile"),
        AccessPoint: ("school", "room", "interface"), Device: ("school", "room", "switch"),
    }  # fmt: skip
    for record in full:
        for field in refs.get(type(record), ()):
            assert getattr(record, field) in known, (record, field)
        known.add(record.id)


def test_equal_seeds_make_equal_cities_and_others_do_not() -> None:
    again = City(seed=7, schools=4, scale=0.3)
    assert list(city_records(SMALL)) == list(city_records(again))
    assert rolls_of(SMALL, 2028) == rolls_of(again, 2028)
    other = City(seed=8, schools=4, scale=0.3)
    assert {r.id for r in city_records(SMALL)}.isdisjoint(r.id for r in city_records(other))
    assert rolls_of(SMALL, 2026) != rolls_of(other, 2026)


def test_a_school_is_the_same_in_a_larger_city() -> None:
    larger = City(seed=7, schools=9, scale=0.3)
    small = list(city_records(SMALL))
    assert list(city_records(larger))[: len(small)] == small


def test_access_points_hang_on_interfaces_of_their_room(full: list[Record]) -> None:
    interfaces = {i.id: i for i in full if isinstance(i, Interface)}
    profiles = {p.id: p for p in full if isinstance(p, PortProfile)}
    taken = set()
    for access_point in full:
        if isinstance(access_point, AccessPoint):
            interface = interfaces[access_point.interface]
            assert interface.room == access_point.room != ""
            assert profiles[interface.profile].use is PortUse.ACCESS_POINT
            taken.add(interface.id)
    ports = {
        i.id
        for i in interfaces.values()
        if i.profile and profiles[i.profile].use is PortUse.ACCESS_POINT
    }
    assert taken == ports


def test_interfaces_look_like_a_network_in_use(full: list[Record]) -> None:
    by_switch: defaultdict[str, list[Interface]] = defaultdict(list)
    for interface in full:
        if isinstance(interface, Interface):
            by_switch[interface.switch].append(interface)
    assert len(by_switch) == len(of(full, Switch))
    access = []
    for interfaces in by_switch.values():
        uplinks = [i for i in interfaces if i.protected]
        assert len(uplinks) == 2
        assert not any(uplink.profile for uplink in uplinks)
        ports = [i for i in interfaces if not i.protected]
        assert len(ports) % 24 == 0
        assert all("GigabitEthernet" in i.name for i in interfaces)
        access.extend(ports)
    assert 0.75 < sum(bool(i.profile) for i in access) / len(access) < 0.95


def test_a_stack_is_one_switch_and_several_devices(full: list[Record]) -> None:
    members = Counter(d.switch for d in full if isinstance(d, Device) and d.switch)
    assert members.keys() == {switch.id for switch in of(full, Switch)}
    assert set(members.values()) == {1, 2}


def test_first_school_has_every_hard_name_and_no_other_needs_more_than_it_can_write() -> None:
    rolls = first_rolls(City(seed=3, schools=6))
    assert set(HARD_NAMES) <= {pupil.name for pupil in rolls[0].pupils}
    for index in (1, 4):
        assert all(pupil.name.fits("iso-8859-1") for pupil in rolls[index].pupils)
        assert all(teacher.name.fits("iso-8859-1") for teacher in rolls[index].teachers)


def test_hard_names_hurt() -> None:
    assert sum(not name.fits("iso-8859-1") for name in HARD_NAMES) >= 5
    assert max(len(name.given) for name in HARD_NAMES) == 60
    assert max(len(name.family) for name in HARD_NAMES) == 60


def test_namesakes_with_one_birthday_learn_at_two_schools() -> None:
    rolls = first_rolls(City(seed=3, schools=3))
    first = {(pupil.name, pupil.born) for pupil in rolls[0].pupils}
    third = {(pupil.name, pupil.born) for pupil in rolls[2].pupils}
    assert len(first & third) == 1


def test_two_schools_both_have_a_pupil_10001() -> None:
    for roll in first_rolls(SMALL):
        ids = [pupil.record_id for pupil in roll.pupils]
        assert ids[0] == 10_001
        assert len(set(ids)) == len(ids)


def test_every_status_of_the_interface_occurs() -> None:
    found = {
        pupil.status for roll in rolls_of(City(seed=1, schools=10), 2027) for pupil in roll.pupils
    }
    assert found == set(Status)


def test_missing_faker_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "faker", None)
    with pytest.raises(UsageError, match=r"schoolnet\[lab\]"):
        Names(1)


def test_inventory_without_people_needs_no_faker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "faker", None)
    assert list(city_records(City(seed=1, schools=1)))
