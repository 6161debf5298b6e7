"""Two term starts on a real Active Directory; each second plan is empty."""

from pathlib import Path
from uuid import UUID

import pytest
from ldap3 import SUBTREE

from inventory.records import Account
from inventory.records.people import AccountState
from inventory.records.runs import RunState
from provisioning.lab.city import City
from provisioning.lab.samba import Samba
from provisioning.lab.slapd import Slapd
from tests.desk import Desk, count, total
from tests.whole.commandline import CommandLine, assert_one_message
from tests.whole.directory_desk import city_desk, deliver_year, directory_toml

CITY = City(seed=3, schools=2, scale=0.04)
TARGETS = ("roster", "directory")


@pytest.fixture
def desk(tmp_path: Path, own_samba: Samba) -> Desk:
    return city_desk(tmp_path / "place", own_samba, CITY)


def people_in(samba: Samba) -> dict[str, dict[str, list[bytes]]]:
    with samba.admin() as admin:
        admin.search(
            samba.managed, "(sAMAccountType=805306368)", SUBTREE,
            attributes=["sAMAccountName", "employeeNumber", "objectGUID", "userAccountControl"],
        )  # fmt: skip
        found = [entry["raw_attributes"] for entry in admin.response]
    return {str(entry["sAMAccountName"][0], "utf-8"): entry for entry in found}


def test_two_years(desk: Desk, own_samba: Samba) -> None:
    plan = desk.plan(*TARGETS)
    assert count(plan, "create") > 20
    assert people_in(own_samba) == {}, "planning writes nothing"
    assert desk.apply(plan) is RunState.DONE
    assert total(desk.plan(*TARGETS)) == 0
    first = people_in(own_samba)
    with desk.place.reader() as reader:
        stored = dict(reader.execute("SELECT record, uuid FROM directory_entry"))
    for entry in first.values():
        record = str(entry["employeeNumber"][0], "utf-8").removeprefix("schoolnet:")
        assert stored[record] == str(UUID(bytes_le=entry["objectGUID"][0]))
    deliver_year(desk, CITY, CITY.first_year + 1)
    plan = desk.plan(*TARGETS)
    desk.approve_all(plan)
    assert desk.apply(plan) is RunState.DONE
    assert total(desk.plan(*TARGETS)) == 0
    second = people_in(own_samba)
    assert first.keys() < second.keys(), "nobody is deleted, somebody is new"
    assert all(second[name]["objectGUID"] == entry["objectGUID"] for name, entry in first.items())
    with desk.place.reader() as reader:
        states = {account.user_name: account.state for account in reader.records(Account)}
    control = {name: entry["userAccountControl"] for name, entry in second.items()}
    for name, value in control.items():
        disabled = states[name] is AccountState.DISABLED
        assert value == [b"514" if disabled else b"512"], name


def test_a_protected_name_is_the_only_one_of_the_entry(desk: Desk, own_samba: Samba) -> None:
    """The server itself lets `name` and `distinguishedName` follow: nobody is sent after them."""
    assert desk.apply(desk.plan(*TARGETS)) is RunState.DONE
    before = people_in(own_samba)
    user = min(desk.accounts())
    names = ("--given", "Tilo", "--family", "Quastenflosser", "--protected", "--yes")
    said = CommandLine(desk.place.folder)("rename", user, *names, "--reason", "registry office")
    new = said.out.strip()
    after = people_in(own_samba)
    assert "still holds the former user name" not in said.err
    assert user not in after
    assert after[new]["objectGUID"] == before[user]["objectGUID"]


def test_the_settings_must_name_the_kind_that_is_there(
    tmp_path: Path, own_samba: Samba, slapd: Slapd
) -> None:
    servers: list[tuple[Samba | Slapd, str]] = [
        (own_samba, "openldap"), (slapd, "active_directory"),
    ]  # fmt: skip
    for position, (server, kind) in enumerate(servers):
        text = directory_toml(server)
        other = text.replace('kind = "openldap"', "").replace('kind = "active_directory"', "")
        desk = Desk(tmp_path / str(position), f'{other}kind = "{kind}"\n', "")
        said = CommandLine(desk.place.folder)("plan", "directory", code=None)
        assert_one_message(said, said.code, "not the kind of directory", kind)
        assert said.code != 0
