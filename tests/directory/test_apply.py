"""From the inventory to a real directory of either kind, and back to an empty plan."""

from collections import Counter
from pathlib import Path

import pytest

from inventory.records import Account, Person, School, SchoolClass
from inventory.records.changes import Action
from inventory.records.people import AccountState, Role
from tests.directory.city import City
from tests.directory.support import AD_BASE_DN, BASE_DN, EVERY_WAY, Desk, Server, brief, can_log_in

pytestmark = EVERY_WAY


@pytest.fixture
def desk(server: Server, tmp_path: Path) -> Desk:
    return Desk(server, tmp_path)


def entry_of(desk: Desk, person_id: str) -> tuple[str, dict[str, set[str]]]:
    """DN and attributes of the entry with this person's key."""
    found = desk.dump()
    [entry] = [
        (name, attributes)
        for name, attributes in found.items()
        if attributes.get("employeeNumber") == {f"schoolnet:{person_id}"}
    ]
    return entry


def test_a_school_is_made_and_everyone_can_log_in(desk: Desk) -> None:
    city = City()
    school = city.school("100001")
    class_5a = city.school_class(school, "5a")
    city.person("anna", school, class_5a)
    city.person("bela", school, role=Role.TEACHER)
    city.person("later", school, state=AccountState.PLANNED)
    changes = desk.bring(city)
    assert Counter(change.kind for change in changes) == {
        "unit": 3, "group": 7, "person": 2, "membership": 2,
    }  # fmt: skip
    found = desk.dump()
    anna = found[f"cn=anna,ou=people,ou=100001,{desk.base}"]
    assert anna["uid"] == {"anna"}
    assert anna["displayName"] == {"Anna Muster"}
    assert anna["employeeType"] == {"student"}
    assert anna["employeeNumber"] == {"schoolnet:p-anna"}
    assert anna["memberOf"] == {
        f"cn={name},ou=groups,ou=100001,{desk.base}" for name in ("5a", "students", "wifi-students")
    }
    assert not any("2014" in value for values in anna.values() for value in values)
    assert f"cn=staff,ou=groups,ou=100001,{desk.base}" in found, "empty groups are there too"
    made = [c for c in changes if c.kind == "person"]
    assert len({desk.password(change) for change in made}) == 2
    for change in made:
        assert can_log_in(desk.server, change.key, desk.password(change))
        assert not can_log_in(desk.server, change.key, "Wrong-Wrong-Wrong-123")


def test_the_result_tells_the_entry_s_own_id(desk: Desk) -> None:
    city = City()
    city.person("anna", city.school("100001"))
    changes, _notices = desk.plan(city)
    results = desk.apply(changes).results
    _name, attributes = entry_of(desk, "p-anna")
    [anna] = [change for change in changes if change.kind == "person"]
    assert {results[anna.id].uuid} == attributes["entryUUID"]


def test_the_same_wish_twice_is_the_same_plan(desk: Desk) -> None:
    city = City()
    school = city.school("100001")
    city.person("anna", school, city.school_class(school, "5a"))
    assert desk.plan(city) == desk.plan(city)


def test_a_school_move_keeps_entry_and_password(desk: Desk) -> None:
    city = City()
    old, new = city.school("100001"), city.school("100002")
    anna = city.person("anna", old, city.school_class(old, "4a"))
    made = [c for c in desk.bring(city) if c.kind == "person"]
    _name, before = entry_of(desk, anna)
    city.move(anna, new, city.school_class(new, "5b"))
    changes = desk.plan(city)[0]
    assert [c.action for c in changes if c.kind == "person"] == [Action.MOVE]
    desk.bring(city, "run2")
    name, after = entry_of(desk, anna)
    assert name == f"cn=anna,ou=people,ou=100002,{desk.base}"
    assert after["entryUUID"] == before["entryUUID"]
    assert after["memberOf"] == {
        f"cn={group},ou=groups,ou=100002,{desk.base}"
        for group in ("5b", "students", "wifi-students")
    }
    assert can_log_in(desk.server, name, desk.password(made[0]))


EXTRA = {
    "openldap": {
        "login name": [],
        "group name or members": [f"~ membership cn=annika,ou=people,ou=100001,{BASE_DN}"],
    },
    "active_directory": {
        "login name": [f"~ person cn=annika,ou=people,ou=100001,{AD_BASE_DN}"],
        "group name or members": [f"~ group cn=6a,ou=groups,ou=100001,{AD_BASE_DN}"],
    },
}
"""The user principal name and the group's own user name are there, memberships follow there."""


def test_new_names_keep_entry_password_and_groups(desk: Desk) -> None:
    city = City()
    school = city.school("100001")
    anna = city.person("anna", school, city.school_class(school, "5a", "c5"))
    made = [c for c in desk.bring(city) if c.kind == "person"]
    _name, before = entry_of(desk, anna)
    city.change(Account, "a-anna", user_name="annika")
    city.change(Person, anna, given_name="Annika", family_name="Müller-Đorđević")
    city.change(SchoolClass, "c5", name="6a")
    changes = desk.plan(city)[0]
    people, groups = (f"ou={name},ou=100001,{desk.base}" for name in ("people", "groups"))
    assert brief(changes, folded=True) == [
        f"> person cn=anna,{people}",
        f"~ person cn=annika,{people}",
        *EXTRA[desk.settings.kind]["login name"],
        f"> group cn=5a,{groups}",
        *EXTRA[desk.settings.kind]["group name or members"],
    ]
    assert all(outcome.good for outcome in desk.apply(changes, "run2").outcomes())
    assert desk.plan(city) == ([], [])
    name, after = entry_of(desk, anna)
    assert after["entryUUID"] == before["entryUUID"]
    assert after["uid"] == {"annika"}
    assert after["sn"] == {"Müller-Đorđević"}
    assert f"cn=6a,ou=groups,ou=100001,{desk.base}" in after["memberOf"]
    assert can_log_in(desk.server, name, desk.password(made[0]))


def test_a_leaver_is_locked_out_and_a_returner_let_in_again(desk: Desk) -> None:
    city = City()
    school = city.school("100001")
    class_5a = city.school_class(school, "5a")
    anna = city.person("anna", school, class_5a)
    [made] = [c for c in desk.bring(city) if c.kind == "person"]
    city.lock(anna)
    [disabled, left] = desk.bring(city, "run2")
    assert (disabled.action, left.kind) == (Action.DISABLE, "membership")
    assert left.needs == (disabled.id,)
    assert not can_log_in(desk.server, made.key, desk.password(made))
    assert "memberOf" not in entry_of(desk, anna)[1]
    city.change(Account, "a-anna", state=AccountState.ACTIVE)
    city.enrol(anna, school, class_5a)
    desk.bring(city, "run3")
    assert can_log_in(desk.server, made.key, desk.password(made))
    assert len(entry_of(desk, anna)[1]["memberOf"]) == 3


HURTING = [
    "5a, Förderung", "5/6 + AG", "#1", "a=b", 'die "Füchse"', "5\\6", "(5c)*", "<5;6>", "Ä" * 60,
    "5a  b", "é\u0301", "* ", " 5d", "schoolnet:5a",
]  # fmt: skip


def test_class_names_that_hurt_work_at_two_schools(desk: Desk) -> None:
    city = City()
    for number in ("100001", "100002"):
        school = city.school(number)
        for position, name in enumerate(HURTING):
            own = city.school_class(school, name, f"c-{number}-{position}")
            city.person(f"u{number}-{position}", school, own)
    changes = desk.bring(city)
    found = desk.dump()
    for change in (c for c in changes if c.kind == "person"):
        [entry] = [a for n, a in found.items() if a.get("cn") == {change.key[3:].split(",")[0]}]
        assert len([name for name in entry["memberOf"] if "students" not in name]) == 1
    for number in ("100001", "100002"):  # and they can be renamed among each other
        for position, name in enumerate(HURTING):
            city.change(SchoolClass, f"c-{number}-{position}", name=f"{name}!")
    desk.bring(city, "run2")


def test_classes_that_move_up_and_swap_names_are_renamed_in_order(desk: Desk) -> None:
    city = City()
    school = city.school("100001")
    for name in ("5a", "6a", "7a", "8x", "8y"):
        city.person(f"u{name}", school, city.school_class(school, name, f"c{name}"))
    desk.bring(city)
    before = {next(iter(a["cn"])): a for a in desk.dump().values() if "cn" in a}
    for old, new in (("5a", "6a"), ("6a", "7a"), ("7a", "8a"), ("8x", "8y"), ("8y", "8x")):
        city.change(SchoolClass, f"c{old}", name=new)
    city.school_class(school, "5a", "new5a")
    changes = desk.bring(city, "run2")
    names = [c for c in changes if c.action is Action.UPDATE]
    assert Counter(c.action for c in changes if c not in names) == {
        Action.RENAME: 6, Action.CREATE: 1,
    }  # fmt: skip
    assert len(names) == (6 if desk.settings.kind == "active_directory" else 0)
    after = {next(iter(a["cn"])): a for a in desk.dump().values() if "cn" in a}
    for old, new in (("5a", "6a"), ("6a", "7a"), ("7a", "8a"), ("8x", "8y"), ("8y", "8x")):
        assert after[new]["entryUUID"] == before[old]["entryUUID"]
        assert after[new]["member"] == before[old]["member"]


def test_a_new_school_number_moves_all_of_the_school(desk: Desk) -> None:
    city = City()
    school = city.school("100001")
    anna = city.person("anna", school, city.school_class(school, "5a"))
    [made] = [c for c in desk.bring(city) if c.kind == "person"]
    city.change(School, school.id, number="200002")
    city.person("bela", school, role=Role.TEACHER)
    changes, _notices = desk.plan(city)
    assert all(outcome.good for outcome in desk.apply(changes, "run2").outcomes())
    assert desk.plan(city) == ([], [])
    name, entry = entry_of(desk, anna)
    assert name == f"cn=anna,ou=people,ou=200002,{desk.base}"
    assert f"cn=5a,ou=groups,ou=200002,{desk.base}" in entry["memberOf"]
    assert can_log_in(desk.server, name, desk.password(made))


def test_a_teacher_at_two_schools_has_one_entry_in_both_groups(desk: Desk) -> None:
    city = City()
    home, other = city.school("100001"), city.school("100002")
    bela = city.person("bela", home, role=Role.TEACHER)
    city.enrol(bela, other, city.school_class(other, "7c"), Role.TEACHER)
    desk.bring(city)
    places = [
        ("100001", "teachers"), ("100001", "wifi-teachers"), ("100002", "7c"),
        ("100002", "teachers"), ("100002", "wifi-teachers"),
    ]  # fmt: skip
    assert entry_of(desk, bela)[1]["memberOf"] == {
        f"cn={group},ou=groups,ou={number},{desk.base}" for number, group in places
    }


def test_more_entries_than_the_server_gives_at_once(desk: Desk) -> None:
    city = City()
    school = city.school("100001")
    own = city.school_class(school, "5a")
    people = [city.person(f"u{number}", school, own) for number in range(130)]
    desk.bring(city)
    city.lock(people[77])
    assert len(desk.bring(city, "run2")) == 2


def test_a_mail_template_gives_addresses(server: Server, tmp_path: Path) -> None:
    desk = Desk(server, tmp_path, mail="{user_name}@{school_number}.schulen.example")
    city = City()
    anna = city.person("anna", city.school("100001"))
    desk.bring(city)
    assert entry_of(desk, anna)[1]["mail"] == {"anna@100001.schulen.example"}
    city.change(Account, "a-anna", email="a.m@example.org")
    desk.bring(city, "run2")
    assert entry_of(desk, anna)[1]["mail"] == {"a.m@example.org"}


def test_attributes_are_put_right_written_once_or_never(server: Server, tmp_path: Path) -> None:
    rules = {"DisplayName": "created", "employeeType": "never", "mail": "created"}
    desk = Desk(server, tmp_path, attributes=rules, mail="{user_name}@schule.example")
    city = City()
    anna = city.person("anna", city.school("100001"))
    desk.bring(city)
    name, made = entry_of(desk, anna)
    assert (made["displayName"], made["mail"]) == ({"Anna Muster"}, {"anna@schule.example"})
    assert "employeeType" not in made
    with server.admin() as admin:
        admin.modify(
            name,
            {
                "displayName": [("MODIFY_REPLACE", ["Die Anna"])],
                "mail": [("MODIFY_REPLACE", [])],
                "employeeType": [("MODIFY_ADD", ["theirs"])],
                "sn": [("MODIFY_REPLACE", ["Falsch"])],
            },
        )
    city.change(Person, anna, given_name="Annika")
    desk.bring(city, "run2")
    _name, after = entry_of(desk, anna)
    assert (after["displayName"], after["employeeType"]) == ({"Die Anna"}, {"theirs"})
    assert (after["sn"], after["givenName"]) == ({"Muster"}, {"Annika"})
    assert "mail" not in after
