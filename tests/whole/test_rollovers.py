"""Two school years of one school: what becomes of its classes' groups in each of the three ways."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from ldap3 import SUBTREE

from inventory.records.places import School, SchoolType
from inventory.records.runs import RunState
from provisioning.directory.dn import named_by, normalise, parent
from provisioning.lab.samba import Samba
from tests.desk import Desk, guards, total
from tests.directory.support import BOTH, Server
from tests.whole.directory_desk import directory_toml
from tests.whole.small_town import Child, Roll, deliver

SCHOOL = School(id="s1", number="100001", name="Realschule", school_type=SchoolType.REALSCHULE)
TARGETS = ("roster", "directory")
FIFTH = ["ada.ahorn", "ben.birke"]
NINTH = ["cem.celik", "dilek.dorn"]
TENTH = ["emil.eiche"]
NEW = ["frida.fichte", "guel.ginster", "hanno.hasel"]
_PUPILS = [
    Child(1, "Ada", "Ahorn", date(2015, 5, 1), "5a"),
    Child(2, "Ben", "Birke", date(2015, 5, 2), "5a"),
    Child(3, "Cem", "Çelik", date(2011, 5, 3), "9a"),
    Child(4, "Dilek", "Dorn", date(2011, 5, 4), "9a"),
    Child(5, "Emil", "Eiche", date(2010, 5, 5), "10a"),
]
_NEW = [
    Child(6, "Frida", "Fichte", date(2016, 5, 6), "5a"),
    Child(7, "Gül", "Ginster", date(2016, 5, 7), "5a"),
    Child(8, "Hanno", "Hasel", date(2016, 5, 8), "5a"),
]


@dataclass(frozen=True)
class Group:
    """What a group of a class is, seen in the directory."""

    own_id: str
    unit: str
    members: list[str]


def class_groups(server: Server) -> Mapping[str, Group]:
    """By name: the groups whose name begins with a digit."""
    ad = isinstance(server, Samba)
    own_id = "objectGUID" if ad else "entryUUID"
    base = server.managed if isinstance(server, Samba) else f"ou=schools,{server.base}"
    kind = "group" if ad else "groupOfNames"
    with server.admin() as admin:
        admin.search(base, f"(objectClass={kind})", SUBTREE, attributes=["member", own_id])
        found = [one for one in admin.response if one["type"] == "searchResEntry"]
    groups = {}
    for one in found:
        members = (named_by(str(dn, "utf-8"))[1] for dn in one["raw_attributes"]["member"])
        groups[named_by(one["dn"])[1]] = Group(
            repr(one["raw_attributes"][own_id][0]),
            named_by(normalise(parent(one["dn"])))[1],
            sorted(name for name in members if name != "nobody"),
        )
    return {name: group for name, group in groups.items() if name[0].isdigit()}


def account_names(server: Samba) -> set[str]:
    """`sAMAccountName` of the groups of classes: what Windows knows them by."""
    with server.admin() as admin:
        admin.search(server.managed, "(objectClass=group)", SUBTREE, attributes=["sAMAccountName"])
        names = {str(entry.sAMAccountName) for entry in admin.entries}
    return {name for name in names if name.partition("-")[2][0].isdigit()}


def two_years(
    folder: Path, server: Server, rollover: str
) -> tuple[Mapping[str, Group], Mapping[str, Group]]:
    """The groups after the first and after the second year; second plans are empty."""
    layout = f'[directory.layout]\nrollover_by_school = {{ 100001 = "{rollover}" }}\n'
    desk = Desk(folder, directory_toml(server) + layout)
    desk.clock.turn_to(date(2026, 8, 20))
    desk.add(SCHOOL)
    roll = Roll(SCHOOL, pupils=list(_PUPILS))
    deliver(desk, roll, "2026/27", teachers=False)
    _bring(desk)
    first = class_groups(server)

    desk.clock.turn_to(date(2027, 8, 3))
    assert total(desk.plan(*TARGETS)) == 0, "August has come, the new exports have not"
    desk.clock.turn_to(date(2027, 8, 20))
    stay = (child for child in _PUPILS if child.class_name != "10a")
    up = [replace(child, class_name=f"{int(child.class_name[:-1]) + 1}a") for child in stay]
    roll.pupils = [*up, *_NEW]
    deliver(desk, roll, "2027/28", teachers=False)
    _bring(desk)
    desk.check_journal()
    return first, class_groups(server)


def _bring(desk: Desk) -> None:
    plan = desk.plan(*TARGETS)
    assert (guards(plan), plan.notices) == ([], ())
    assert desk.apply(plan) is RunState.DONE
    assert total(desk.plan(*TARGETS)) == 0


def people(groups: Mapping[str, Group]) -> Mapping[str, tuple[str, list[str]]]:
    return {name: (group.unit, group.members) for name, group in groups.items()}


@BOTH
def test_members_a_group_keeps_its_name_and_gets_other_pupils(
    tmp_path: Path, server: Server
) -> None:
    first, second = two_years(tmp_path / "place", server, "members")
    assert people(first) == {
        "5a": ("groups", FIFTH), "9a": ("groups", NINTH), "10a": ("groups", TENTH),
    }  # fmt: skip
    assert people(second) == {
        "5a": ("groups", NEW), "6a": ("groups", FIFTH), "9a": ("groups", []),
        "10a": ("groups", NINTH),
    }  # fmt: skip
    assert all(second[name].own_id == group.own_id for name, group in first.items())
    check_archive(tmp_path / "place", server, second)


def check_archive(folder: Path, server: Server, before: Mapping[str, Group]) -> None:
    """The group that is empty is put away once that is wished for, and none else."""
    settings = folder / "schoolnet.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(
        text.replace("[directory.layout]\n", "[directory.layout]\narchive_days = 30\n")
    )
    _bring(Desk.reopen(folder, date(2027, 9, 30)))
    after = class_groups(server)
    archived = "9a (2027-09-30)"
    assert after == {
        **{name: group for name, group in before.items() if name != "9a"},
        archived: replace(before["9a"], unit="archive"),
    }
    if isinstance(server, Samba):
        assert account_names(server) == {f"100001-{name}" for name in after}


@BOTH
def test_rename_a_group_moves_up_with_its_pupils(tmp_path: Path, server: Server) -> None:
    first, second = two_years(tmp_path / "place", server, "rename")
    assert people(first) == {
        "5a": ("groups", FIFTH), "9a": ("groups", NINTH), "10a": ("groups", TENTH),
    }  # fmt: skip
    assert people(second) == {
        "5a": ("groups", NEW), "6a": ("groups", FIFTH), "10a": ("groups", NINTH),
        "10a (2027-08-20)": ("archive", []),
    }  # fmt: skip
    for was, name in (("5a", "6a"), ("9a", "10a"), ("10a", "10a (2027-08-20)")):
        assert second[name].own_id == first[was].own_id, "the same entry under another name"
    if isinstance(server, Samba):
        assert account_names(server) == {f"100001-{name}" for name in second}


@BOTH
def test_per_year_each_year_has_its_groups(tmp_path: Path, server: Server) -> None:
    first, second = two_years(tmp_path / "place", server, "per_year")
    assert people(first) == {
        "5a-2026/27": ("groups", FIFTH), "9a-2026/27": ("groups", NINTH),
        "10a-2026/27": ("groups", TENTH),
    }  # fmt: skip
    old = {name: ("groups", list[str]()) for name in first}
    assert people(second) == old | {
        "5a-2027/28": ("groups", NEW), "6a-2027/28": ("groups", FIFTH),
        "10a-2027/28": ("groups", NINTH),
    }  # fmt: skip
    assert all(second[name].own_id == group.own_id for name, group in first.items())
    if isinstance(server, Samba):  # the stroke is forbidden there, a part of a hash in its place
        shown = {re.sub("-[0-9a-f]{6}$", "", name) for name in account_names(server)}
        assert shown == {f"100001-{name.replace('/', '_')}" for name in second}


@pytest.mark.parametrize("number", ["1", "99999999"])
def test_a_school_that_is_not_named_has_the_way_of_all(number: str, tmp_path: Path) -> None:
    text = (
        '[directory]\nurl = "ldaps://localhost"\nca_file = "ca.pem"\nbind_dn = "cn=a,dc=example"\n'
        'password = "env:NONE"\nbase = "dc=example"\n[directory.layout]\nrollover = "rename"\n'
        'rollover_by_school = { 012345 = "per_year" }\n'
    )
    layout = Desk(tmp_path, text).place.settings.directory
    assert layout is not None
    assert layout.layout.rollover_at(number) == "rename"
    assert layout.layout.rollover_at("012345") == "per_year"
