"""Any port, any wish: there by the commands, back by the undo, from every line in between."""

from hypothesis import given
from hypothesis import strategies as st

from inventory.records import Switch
from inventory.records.changes import Change
from inventory.records.network import PortUse
from provisioning.network.intent import PortIntent, SwitchIntent
from provisioning.network.platforms import platform
from provisioning.network.standing import Standing, standing, subject_of
from provisioning.network.state import PortMode, format_vlans
from provisioning.network.switchplan import SwitchPlan
from tests.network.ios_interpreter import TinyIos

IOS = platform("cisco_ios")
SWITCH = Switch(id="s", name="sw-1", platform="cisco_ios", address="192.0.2.1")
PORT = "GigabitEthernet1/0/1"

vlans = st.sampled_from([1, 10, 11, 12, 20, 30, 40, 99])
vlan_sets = st.frozensets(vlans)
words = st.text("abc #()>", min_size=1, max_size=12).map(str.strip).filter(bool)


@st.composite
def port_lines(draw: st.DrawFn) -> list[str]:
    """The lines of a port as somebody may have left it."""
    lines = []
    for command, default in (("access", 1), ("trunk native", 1), ("voice", None)):
        vlan = draw(vlans | st.none())
        if vlan is not None and vlan != default:
            lines.append(f"switchport {command} vlan {vlan}")
    if (allowed := draw(vlan_sets | st.none())) is not None:
        lines.append(f"switchport trunk allowed vlan {format_vlans(allowed) or 'none'}")
    if mode := draw(st.sampled_from(["", "access", "trunk"])):
        lines.append(f"switchport mode {mode}")
    lines += draw(st.lists(words.map(lambda text: f"description {text}"), max_size=1))
    extras = ["shutdown", "power inline never", "spanning-tree portfast", "speed 100"]
    return lines + draw(st.lists(st.sampled_from(extras), unique=True))


@st.composite
def wishes(draw: st.DrawFn) -> PortIntent:
    """What a profile may ask of a port."""
    untagged, tagged = draw(vlans | st.none()), draw(vlan_sets)
    mode = PortMode.TAGGED if tagged else PortMode.UNTAGGED if untagged else None
    return PortIntent(
        record="i", name=PORT, school="", profile="any", use=PortUse.OTHER,
        mode=mode,
        untagged=untagged,
        tagged=tagged | {untagged} if tagged and untagged else tagged,
        voice=draw(vlans | st.none()) if mode else None,
        enabled=draw(st.booleans()),
        poe=draw(st.none() | st.booleans()),
        description=draw(st.just("") | words),
    )  # fmt: skip


def plan(device: TinyIos, wish: PortIntent) -> list[Change]:
    names = {vlan: f"NAME{vlan}" for vlan in wish.vlans}
    intent = SwitchIntent(switch=SWITCH, vlans=names, ports=(wish,))
    items = SwitchPlan(intent, IOS.parse(device.outputs())).items()
    return [item for item in items if isinstance(item, Change)]


def lines(values: tuple[object, ...]) -> list[str]:
    return [str(value) for value in values]


def stands(change: Change, device: TinyIos) -> Standing:
    state = IOS.parse(device.outputs())
    return standing(change, subject_of(SWITCH, change), state)


@given(port_lines(), wishes(), st.frozensets(st.sampled_from([10, 20, 99])))
def test_there_and_back(port: list[str], wish: PortIntent, there: frozenset[int]) -> None:
    found = {1: "default", **{vlan: f"ALT{vlan}" for vlan in there}}
    device = TinyIos({PORT: port, "GigabitEthernet1/0/2": ["speed 10"]}, found)
    before, opened = device.outputs(), device.opened()
    changes = plan(device, wish)
    for change in changes:
        assert stands(change, device) is Standing.BEFORE
        for line in lines(change.operations):
            device.type([line])
            assert device.opened() <= opened, "a trunk was opened to every VLAN"
        assert stands(change, device) is Standing.AFTER
        after = device.outputs()
        device.type(lines(change.operations))
        assert device.outputs() == after, "sent twice, it is not the same"
    assert plan(device, wish) == []
    for change in reversed(changes):
        device.type(lines(change.undo))
        assert stands(change, device) is Standing.BEFORE
    assert device.outputs() == before


@given(port_lines(), wishes(), st.integers(1, 12))
def test_back_from_any_line(port: list[str], wish: PortIntent, sent: int) -> None:
    device = TinyIos({PORT: port}, {1: "default", 20: "VLAN0020"})
    before = device.outputs()
    for change in plan(device, wish):
        start = device.outputs()
        part = lines(change.operations)[:sent]
        device.type([*part, "exit"])
        assert stands(change, device) is not Standing.ELSEWHERE
        device.type(lines(change.undo))
        assert device.outputs() == start
        device.type(lines(change.operations))
    for change in reversed(plan(TinyIos({PORT: port}, {1: "default", 20: "VLAN0020"}), wish)):
        device.type(lines(change.undo))
    assert device.outputs() == before


@given(st.frozensets(st.integers(2, 4094), min_size=1, max_size=400))
def test_a_list_of_any_length_fits_its_lines(many: frozenset[int]) -> None:
    device = TinyIos({PORT: ["switchport mode trunk", "switchport trunk allowed vlan 1"]}, {})
    device.vlans = {1: "default", **{vlan: f"NAME{vlan}" for vlan in many}}
    wish = PortIntent(
        record="i", name=PORT, school="", profile="any", use=PortUse.OTHER,
        mode=PortMode.TAGGED, tagged=many,
    )  # fmt: skip
    (change,) = plan(device, wish)
    for line in lines(change.operations):
        assert len(line) < 254
        device.type([line])
        assert stands(change, device) is not Standing.ELSEWHERE
    assert plan(device, wish) == []
