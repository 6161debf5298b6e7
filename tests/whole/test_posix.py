"""Numbers for POSIX systems on a real OpenLDAP: written once, kept, and never given twice."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from inventory.errors import UsageError
from inventory.records import Account
from inventory.records.base import Edit
from inventory.records.people import AccountState
from inventory.records.places import School, SchoolType
from inventory.records.runs import RunState
from inventory.store.erasure import erase_person
from provisioning.lab.slapd import Slapd
from tests.desk import Desk, total
from tests.whole.directory_desk import directory_toml
from tests.whole.small_town import Child, Roll, deliver

SCHOOL = School(id="s1", number="100001", name="Realschule", school_type=SchoolType.REALSCHULE)
DAY = date(2026, 8, 20)
NAMES = ("uidNumber", "gidNumber", "homeDirectory", "loginShell", "objectClass")


def child(number: int, given: str) -> Child:
    return Child(number, given, "Muster", date(2015, 5, number), "5a")


def bring(desk: Desk, *children: Child) -> None:
    deliver(desk, Roll(SCHOOL, pupils=list(children)), "2026/27", teachers=False)
    plan = desk.plan("roster", "directory")
    assert desk.apply(plan) is RunState.DONE
    assert total(desk.plan("roster", "directory")) == 0


def settings_of(desk: Desk, slapd: Slapd, accounts: str, posix: str = "") -> Desk:
    """The desk after its settings were changed."""
    folder = desk.place.folder
    path = folder / "schoolnet.toml"
    key = path.read_text().splitlines()[0]
    path.write_text(f"{key}\n[accounts]\n{accounts}\n{directory_toml(slapd)}\n{posix}\n")
    return Desk.reopen(folder, DAY)


def entries(slapd: Slapd) -> Mapping[str, Mapping[str, list[str]]]:
    """What the directory shows of each account, by user name."""
    with slapd.admin() as admin:
        admin.search(f"ou=schools,{slapd.base}", "(uid=*)", attributes=["uid", *NAMES])
        return {
            str(one.uid): {name: list(map(str, one[name].values)) for name in NAMES if name in one}
            for one in admin.entries
        }


def numbers(slapd: Slapd) -> Mapping[str, list[str]]:
    return {name: list(one.get("uidNumber", [])) for name, one in entries(slapd).items()}


def test_numbers_are_given_once_and_never_again(tmp_path: Path, own_slapd: Slapd) -> None:
    desk = Desk(tmp_path / "place", directory_toml(own_slapd))
    desk.clock.turn_to(DAY)
    desk.add(SCHOOL)
    bring(desk, child(1, "Ada"))
    assert "posixAccount" not in entries(own_slapd)["ada.muster"]["objectClass"]

    posix = '[directory.posix]\nhome_directory = "/srv/{school_number}/{user_name}"\ngroup_id = 100'
    desk = settings_of(desk, own_slapd, "posix_first = 20000", posix)
    bring(desk, child(1, "Ada"), child(2, "Ben"))
    found = entries(own_slapd)
    assert sorted(one["uidNumber"][0] for one in found.values()) == ["20000", "20001"]
    for name, one in found.items():
        assert "posixAccount" in one["objectClass"]
        assert one["homeDirectory"] == [f"/srv/100001/{name}"]
        assert (one["gidNumber"], one["loginShell"]) == (["100"], ["/bin/bash"])

    # Other settings, and a hand in the directory: what is there is kept.
    desk = settings_of(desk, own_slapd, "posix_first = 15000\nposix_last = 30000")
    with own_slapd.admin() as admin:
        entry = f"cn=ada.muster,ou=people,ou=100001,ou=schools,{own_slapd.base}"
        admin.modify(entry, {"loginShell": [("MODIFY_REPLACE", ["/bin/zsh"])]})
    bring(desk, child(1, "Ada"), child(2, "Ben"))
    assert entries(own_slapd)["ada.muster"]["loginShell"] == ["/bin/zsh"]
    kept = numbers(own_slapd)
    assert sorted(kept.values()) == [["20000"], ["20001"]]

    # Whoever had the highest number is erased, and the range begins there.
    last = next(one for one in desk.all_accounts() if one.posix_id == 20001)
    with desk.place.writer() as writer, desk.place.reader() as reader:
        writer.edit([Edit(last, last.model_copy(update={"state": AccountState.DISABLED}))])
        erase_person(writer, reader, last.person, "test")
    with own_slapd.admin() as admin:
        admin.delete(f"cn={last.user_name},ou=people,ou=100001,ou=schools,{own_slapd.base}")
    desk = settings_of(desk, own_slapd, "posix_first = 20001")
    left = [c for c in (child(1, "Ada"), child(2, "Ben")) if c.given.lower() not in last.user_name]
    bring(desk, *left, child(3, "Cem"))
    assert numbers(own_slapd)["cem.muster"] == ["20002"]


def test_a_range_that_is_used_up_is_an_error(tmp_path: Path, own_slapd: Slapd) -> None:
    settings = "[accounts]\nposix_first = 1000\nposix_last = 1000\n"
    desk = Desk(tmp_path / "place", settings + directory_toml(own_slapd))
    desk.clock.turn_to(DAY)
    desk.add(SCHOOL)
    roll = Roll(SCHOOL, pupils=[child(1, "Ada"), child(2, "Ben")])
    deliver(desk, roll, "2026/27", teachers=False)
    with pytest.raises(UsageError, match="1000"):
        desk.plan("roster", "directory")
    assert [one for one in desk.all(Account) if one] == []
