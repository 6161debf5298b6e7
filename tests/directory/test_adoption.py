"""A directory that was there before us: taken over by name, never renamed, never reset."""

from pathlib import Path

import pytest

from inventory.records import Account, Person
from inventory.records.people import Role
from provisioning.directory.existing import ExistingAccount, read_existing
from provisioning.directory.renaming import Finished, rename_entry
from provisioning.lab.slapd import Slapd
from tests.directory.city import DAY, City
from tests.directory.support import BASE_DN, Desk, brief, can_log_in, dump, reader, values

OLD = f"ou=old,{BASE_DN}"
PASSWORD = "Old-Password-1"


@pytest.fixture
def desk(own_slapd: Slapd, tmp_path: Path) -> Desk:
    """A server with accounts that somebody else made."""
    with own_slapd.admin() as admin:
        admin.add(OLD, ["organizationalUnit"], {"ou": "old"})
        for name in ("anna", "bela", "cem"):
            admin.add(
                f"uid={name},{OLD}",
                ["inetOrgPerson"],
                {
                    "cn": f"{name.title()} Alt", "sn": "Alt", "givenName": name.title(),
                    "uid": name, "mail": f"{name}@old.example", "userPassword": PASSWORD,
                },
            )  # fmt: skip
    return Desk(own_slapd, tmp_path)


def untouched(entry: dict[str, set[str]]) -> dict[str, set[str]]:
    return {k: v for k, v in entry.items() if k not in {"employeeNumber", "memberOf"}}


def test_what_is_there_without_our_key_can_be_listed(desk: Desk) -> None:
    connection = reader(desk.slapd)
    found = {account.user_name: account for account in read_existing(connection, desk.settings)}
    connection.close()
    anna = found.pop("anna")
    assert found.keys() == {"bela", "cem"}
    assert len(anna.uuid) == 36
    assert anna == ExistingAccount(
        "anna", "Anna", "Alt", "anna@old.example", f"uid=anna,{OLD}", anna.uuid
    )


def test_adopted_accounts_get_our_key_and_groups_and_nothing_else(desk: Desk) -> None:
    city = City()
    school = city.school("100001")
    own = city.school_class(school, "5a")
    anna = city.person("anna", school, own, adopted=True)
    city.person("bela", school, role=Role.TEACHER, adopted=True)
    with desk.slapd.admin() as admin:
        before = dump(admin)
    changes = desk.bring(city)
    assert [line for line in brief(changes) if "person" in line] == [
        f"~ person uid=anna,{OLD}",
        f"~ person uid=bela,{OLD}",
    ]
    with desk.slapd.admin() as admin:
        after = dump(admin)
    for name in ("anna", "bela"):
        entry = f"uid={name},{OLD}"
        assert after[entry]["employeeNumber"] == {f"schoolnet:p-{name}"}
        assert untouched(after[entry]) == untouched(before[entry])
        assert can_log_in(desk.slapd, entry, PASSWORD)
    assert after[f"uid=cem,{OLD}"] == before[f"uid=cem,{OLD}"]
    assert f"cn=5a,ou=groups,ou=100001,{BASE_DN}" in after[f"uid=anna,{OLD}"]["memberOf"]
    city.change(Person, anna, family_name="Anders")
    city.move(anna, city.school("100002"))
    assert {change.kind for change in desk.bring(city, "run2")} == {"unit", "group", "membership"}
    city.lock(anna)
    desk.bring(city, "run3")
    assert not can_log_in(desk.slapd, f"uid=anna,{OLD}", PASSWORD)


@pytest.mark.parametrize("attribute", ["member", "uniqueMember", "memberUid"])
def test_members_of_groups_outside_are_not_taken_over(desk: Desk, attribute: str) -> None:
    classes = {
        "member": "groupOfNames", "uniqueMember": "groupOfUniqueNames", "memberUid": "posixGroup",
    }  # fmt: skip
    with desk.slapd.admin() as admin:
        admin.add(
            f"cn=administrators,{Slapd.base}",
            [classes[attribute]],
            {
                "cn": "administrators",
                attribute: "anna" if attribute == "memberUid" else f"uid=anna,{OLD}",
                **({"gidNumber": "0"} if attribute == "memberUid" else {}),
            },
        )
    city = City()
    city.person("anna", city.school("100001"), adopted=True)
    changes, notices = desk.plan(city)
    assert not [c for c in changes if c.kind in {"person", "membership"}]
    assert "outside" in str(notices[0].message)


def test_service_accounts_and_taken_key_attributes_are_not_taken_over(desk: Desk) -> None:
    with desk.slapd.admin() as admin:
        admin.modify(f"uid=anna,{OLD}", {"objectClass": [("MODIFY_ADD", ["simpleSecurityObject"])]})
        admin.modify(f"uid=bela,{OLD}", {"employeeNumber": [("MODIFY_ADD", ["4711"])]})
    city = City()
    school = city.school("100001")
    for name in ("anna", "bela", "nobody-there"):
        city.person(name, school, adopted=True)
    changes, notices = desk.plan(city)
    assert not [c for c in changes if c.kind in {"person", "membership"}]
    told = sorted(str(notice.message) for notice in notices)
    assert len(told) == 3
    assert any("service" in text for text in told)
    assert any("person_key_attribute" in text for text in told)
    assert any("0 accounts named nobody-there" in text for text in told)


def test_what_is_in_the_way_is_told_and_left_alone(desk: Desk) -> None:
    city = City()
    school = city.school("100001")
    city.person("anna", school, city.school_class(school, "5a"))
    with desk.slapd.admin() as admin:
        admin.add(f"ou=100001,{BASE_DN}", ["organizationalUnit"], {"ou": "100001"})
        changes, [notice] = desk.plan(city)
        assert changes == [], "without its unit nothing of the school is planned"
        key = str(notice.message.parameters["key"])
        assert key in str(notice.message)
        admin.modify(f"ou=100001,{BASE_DN}", {"description": [("MODIFY_ADD", [key])]})
        changes, [notice] = desk.plan(city)
        assert not [c for c in changes if c.kind in {"person", "membership"}]
        assert f"uid=anna,{OLD}" in str(notice.message), "the user name is taken"
        admin.delete(f"uid=anna,{OLD}")
    desk.bring(city)


def test_a_copied_key_is_told_and_nothing_is_done_about_either(desk: Desk) -> None:
    city = City()
    school = city.school("100001")
    anna = city.person("anna", school)
    with desk.slapd.admin() as admin:
        for name in ("bela", "cem"):
            admin.modify(
                f"uid={name},{OLD}", {"employeeNumber": [("MODIFY_ADD", [f"schoolnet:{anna}"])]}
            )
        before = dump(admin)
    changes, [notice] = desk.plan(city)
    assert "same key" in str(notice.message)
    assert notice.record == anna
    desk.apply(changes)
    with desk.slapd.admin() as admin:
        after = dump(admin)
        for name in ("bela", "cem"):
            assert after[f"uid={name},{OLD}"] == before[f"uid={name},{OLD}"]
            assert values(admin, f"uid={name},{OLD}", "memberOf") == set()


def test_an_entry_of_ours_that_nobody_knows_is_told_and_stays(desk: Desk) -> None:
    with desk.slapd.admin() as admin:
        admin.modify(
            f"uid=anna,{OLD}", {"employeeNumber": [("MODIFY_ADD", ["schoolnet:forgotten"])]}
        )
    changes, [notice] = desk.plan(City())
    assert changes == []
    assert notice.record == "forgotten"


def test_a_protected_name_leaves_an_adopted_entry_too(desk: Desk) -> None:
    city = City()
    school = city.school("100001")
    anna = city.person("anna", school, city.school_class(school, "5a"), adopted=True)
    desk.bring(city)
    with desk.slapd.admin() as admin:
        before = dump(admin)[f"uid=anna,{OLD}"]
    city.change(Person, anna, given_name="Tilo", family_name="Sonnental")
    city.change(Account, "a-anna", user_name="tilo", email="tilo@new.example", adopted=False,
                renaming=True)  # fmt: skip
    changes, (notice,) = desk.plan(city)
    assert changes == []
    assert "does not show yet" in str(notice.message)
    connection, executor = reader(desk.slapd), desk.executor("rename")
    done = rename_entry(connection, desk.settings, executor, city, anna, DAY)
    again = rename_entry(connection, desk.settings, executor, city, anna, DAY)
    connection.close()
    executor.close()
    assert done == again == Finished([], [])
    with desk.slapd.admin() as admin:
        after = dump(admin)[f"cn=tilo,ou=people,ou=100001,{BASE_DN}"]
    assert after["entryUUID"] == before["entryUUID"]
    assert (after["cn"], after["uid"], after["mail"]) == ({"tilo"}, {"tilo"}, {"tilo@new.example"})
    assert len(after["memberOf"]) == 3
    assert can_log_in(desk.slapd, f"cn=tilo,ou=people,ou=100001,{BASE_DN}", PASSWORD)
    city.change(Account, "a-anna", renaming=False)
    assert desk.plan(city) == ([], [])
