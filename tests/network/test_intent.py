"""Role intent: which VLANs a school's ports get, and who is left alone."""

from collections.abc import Callable
from pathlib import Path

import pytest

from inventory.records import Interface, Lag, PortProfile, Switch, Vlan
from inventory.records.base import Record
from inventory.records.network import NetworkRole, PortUse
from provisioning.network.descriptions import plain_line
from provisioning.network.intent import READS, SwitchIntent, switch_intents
from provisioning.network.reading import SchoolLimit, by_turns
from provisioning.network.state import PortMode
from tests.network.support import ACCESS_POINT, CLASSROOM, OFFICE, SHARED, inventory, port

PRINTER = PortProfile(
    id="printer", name="printer", use=PortUse.OTHER, untagged=NetworkRole.PRINTERS
)


def switch(name: str, **fields: object) -> Switch:
    known = {"id": name, "name": name, "platform": "cisco_ios", "address": "192.0.2.1"}
    return Switch.model_validate({**known, "school": "north", **fields})


@pytest.fixture
def intents(tmp_path: Path) -> Callable[..., list[SwitchIntent]]:
    """The intents of an inventory with these records and what all tests share."""

    def made(*records: Record, schools: frozenset[str] = frozenset()) -> list[SwitchIntent]:
        with inventory(tmp_path, [*SHARED, *records]) as reader:
            return switch_intents(reader, schools)

    return made


Intents = Callable[..., list[SwitchIntent]]


def test_without_a_profile_nothing_is_managed(intents: Intents) -> None:
    one, two = switch("one"), switch("two")
    alone = Interface(switch="one", name="Gi1/0/1")
    assert intents(one, two, alone, port(two, "Gi1/0/1", CLASSROOM))[0].switch == two


@pytest.mark.parametrize("owner", ["controller", "provider"])
def test_what_others_write_to_is_left_alone(intents: Intents, owner: str) -> None:
    other = switch("one", managed_by=owner)
    assert intents(other, port(other, "Gi1/0/1", CLASSROOM)) == []


def test_a_school_has_its_own_vlan_for_a_role(intents: Intents) -> None:
    north, south = switch("north-1"), switch("south-1", school="south")
    own = Vlan(school="south", role=NetworkRole.PEDAGOGIC, vlan_id=110, name="PAED-SUED")
    records = (own, north, south, port(north, "a", ACCESS_POINT), port(south, "a", ACCESS_POINT))
    made = {intent.switch.name: intent for intent in intents(*records)}
    assert made["north-1"].vlans == {10: "PAED", 30: "GAST", 99: "MGMT"}
    assert made["south-1"].vlans == {110: "PAED-SUED", 30: "GAST", 99: "MGMT"}
    (trunk,) = made["south-1"].ports
    assert (trunk.mode, trunk.untagged) == (PortMode.TAGGED, 99)
    assert trunk.tagged == {30, 99, 110}


def test_only_the_schools_that_are_planned_are_read(intents: Intents) -> None:
    north, south = switch("north-1"), switch("south-1", school="south")
    ports = (port(north, "a", CLASSROOM), port(south, "a", CLASSROOM))
    made = intents(north, south, *ports, schools=frozenset({"south"}))
    assert [intent.switch.name for intent in made] == ["south-1"]


def test_one_id_for_two_roles_is_no_vlan_for_either(intents: Intents) -> None:
    one = switch("one")
    clash = Vlan(school="north", role=NetworkRole.PRINTERS, vlan_id=20, name="DRUCK")
    ports = (port(one, "a", PRINTER), port(one, "b", OFFICE), port(one, "c", CLASSROOM))
    (made,) = intents(one, PRINTER, clash, *ports)
    assert [done.name for done in made.ports] == ["c"]
    assert ["VLAN 20 stands for several roles" in str(n.message) for n in made.notices] == [
        True,
        True,
    ]


def test_one_notice_for_all_ports_of_a_profile(intents: Intents) -> None:
    one = switch("one")
    (made,) = intents(one, PRINTER, *(port(one, name, PRINTER) for name in "abc"))
    assert [str(notice.message) for notice in made.notices] == [
        "one: 3 ports with profile printer are not planned, because role printers has no VLAN "
        "here. Enter one for the city or this school."
    ]
    assert made.notices[0].school == "north"


def test_reserved_vlans_and_lost_profiles_are_said(intents: Intents) -> None:
    one = switch("one")
    reserved = Vlan(role=NetworkRole.PRINTERS, vlan_id=1003, name="DRUCK")
    lost = Interface(switch="one", name="b", profile="gone")
    (made,) = intents(one, PRINTER, reserved, port(one, "a", PRINTER), lost)
    said = " ".join(str(notice.message) for notice in made.notices)
    assert "VLAN 1003 is reserved" in said
    assert "profile does not exist any more" in said
    assert made.ports == ()


def test_lags_and_their_members(intents: Intents) -> None:
    one = switch("one")
    lag = Lag(id="l", switch="one", name="Port-channel1", profile=ACCESS_POINT.id, protected=True)
    (made,) = intents(one, lag, port(one, "a", CLASSROOM, lag="l"))
    by_name = {done.name: done for done in made.ports}
    assert by_name["Port-channel1"].protected
    assert not by_name["Port-channel1"].lag
    assert by_name["a"].lag


def test_what_the_intent_reads_is_declared() -> None:
    used = {model.kind for model in (Switch, Interface, PortProfile, Vlan, Lag)}
    assert used == READS


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Raum 101", "Raum 101"),
        ("Größe  ÄÖÜ", "Groesse AeOeUe"),
        ("Łódź – Şule", "Lodz - Sule"),
        ("wer? \r\nno vlan 10\x07", "wer no vlan 10"),
    ],
)
def test_descriptions_are_one_plain_line(text: str, line: str) -> None:
    assert plain_line(text) == line


def test_schools_take_turns_and_share_their_uplink() -> None:
    many = [switch(f"n{n}") for n in range(3)] + [switch("s0", school="south")]
    assert [one.name for one in by_turns(many)] == ["n0", "s0", "n1", "n2"]
    limit = SchoolLimit(2)
    held = [limit.of("north").acquire(blocking=False) for _ in range(3)]
    assert held == [True, True, False]
    assert limit.of("south").acquire(blocking=False)
