"""Open vSwitch on Linux, over SSH to a shell that may use ``ovs-vsctl``.

How the state maps to the columns of table Port (ovs-vswitchd.conf.db(5), "VLAN Configuration"):

- UNTAGGED: ``vlan_mode`` is ``access``, or empty with a ``tag``. ``trunks`` is remembered only.
- TAGGED: ``vlan_mode`` is ``trunk``, or empty without a ``tag``. Empty ``trunks``: every VLAN.
- TAGGED with `native`: ``vlan_mode`` is ``native-untagged``; the ``tag`` passes whether or not
  ``trunks`` names it, so it is always read as part of the list.
- OTHER: ``native-tagged`` and ``dot1q-tunnel``.

VLANs come to be when a port carries them; the switch keeps neither a list nor names, so none
are written. The description of a port is ``external_ids:description``, a column that the switch
leaves to others. A bond is a LAG. There is no power, no voice VLAN and no shutdown that lasts
(``ovs-ofctl mod-port`` is forgotten at the next start): none of these is settable. The database
is on disk when a command returns, so nothing is saved.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from inventory.errors import ReadEndedEarlyError
from inventory.messages import Message, _
from provisioning.network.platforms._openvswitch_commands import (
    VSCTL,
    can_be_written,
    port_block,
)
from provisioning.network.platforms.base import Block
from provisioning.network.state import InterfaceState, PortMode, SwitchState

_PORTS = (
    f"{VSCTL} --format=json "
    "--columns=name,interfaces,tag,trunks,vlan_mode,external_ids list port -- "
    "--columns=_uuid,name,type,admin_state list interface"
)
_ADDRESSES = "ip -json address show"
_BACKUP = "ovsdb-client --timeout=10 backup | cat"
"""The whole database; it is not written to a terminal directly. ``ovsdb-client restore`` takes it
with exactly one line break at its end, which a session may not keep."""

_NOISE = re.compile(r"\S+\|\d+\|\w+\|(INFO|DBG)\|")
"""What Open vSwitch's programs may log beside their answer."""


class OpenVSwitch:
    """The platform; holds nothing."""

    name = "openvswitch"
    device_type = "linux"
    reads = (_PORTS, _ADDRESSES, _BACKUP)
    configuration = _BACKUP
    settable = frozenset({"mode", "untagged", "native", "tagged", "description"})
    keeps_vlans = False
    config_mode = False
    save = ""

    def parse(self, outputs: Mapping[str, str]) -> SwitchState:
        """The state from the outputs. Raises ReadEndedEarlyError when one is not whole."""
        ports, members = _tables(outputs[_PORTS])
        interfaces: dict[str, InterfaceState] = {}
        lags: dict[str, tuple[str, ...]] = {}
        for port in ports:
            parts = [member for member in members if member["_uuid"] in port["interfaces"]]
            if len(parts) != len(port["interfaces"]):
                raise _ended_early(_PORTS)
            state = _interface_state(port, parts)
            interfaces[state.name] = state
            if len(parts) > 1:
                lags[state.name] = tuple(sorted(part["name"] for part in parts))
                interfaces.update(
                    {name: InterfaceState(name=name, lag=state.name) for name in lags[state.name]}
                )
        return SwitchState(
            interfaces=dict(sorted(interfaces.items())),
            lags=lags,
            addresses=_addresses(outputs[_ADDRESSES], interfaces),
        )

    def render(self, current: SwitchState, desired: SwitchState) -> list[Block]:
        """One transaction an interface. Raises ValueError for what would open a trunk."""
        blocks = []
        for name, before in current.interfaces.items():
            block = port_block(before, desired.interfaces.get(name, before))
            if block is not None:
                blocks.append(block)
        return blocks

    def refuses_vlans(self, state: SwitchState) -> Message | None:
        """Never: VLANs are not created here, ports just carry them."""
        return None

    def rejection(self, output: str) -> str:
        """A change that was taken is answered with nothing; anything else is a complaint."""
        lines = (line.strip() for line in output.splitlines())
        return "\n".join(line for line in lines if line and not _NOISE.match(line))

    def saved(self, output: str) -> bool:
        """Always: the database is on disk when a command returns."""
        return True


def _ended_early(command: str) -> ReadEndedEarlyError:
    return ReadEndedEarlyError(
        _(
            "The answer to `{command}` is not whole. Check that Open vSwitch runs and that the "
            "account may use it, then plan again; the switch was only read."
        ),
        command=command,
    )


def _tables(text: str) -> list[list[dict[str, Any]]]:
    """The two tables, each a line of JSON (RFC 7047, section 5.1), as rows by column name."""
    lines = [line for line in text.splitlines() if line.strip() and not _NOISE.match(line)]
    try:
        tables = [json.loads(line) for line in lines]
        rows = [
            [dict(zip(table["headings"], map(_value, row), strict=True)) for row in table["data"]]
            for table in tables
        ]
    except (ValueError, LookupError, TypeError) as error:
        raise _ended_early(_PORTS) from error
    if [set(table["headings"]) & {"tag", "type"} for table in tables] != [{"tag"}, {"type"}]:
        raise _ended_early(_PORTS)
    for port in rows[0]:
        for column in ("interfaces", "tag", "trunks", "vlan_mode"):
            if not isinstance(port[column], list):  # a set of one is written without its set
                port[column] = [port[column]]
    return rows


def _value(written: Any) -> Any:
    """A set becomes a list, a map a dict, a uuid its text; the rest is as it is."""
    if not isinstance(written, list):
        return written
    kind, content = written
    if kind == "set":
        return [_value(element) for element in content]
    return dict(content) if kind == "map" else content


def _interface_state(port: dict[str, Any], parts: list[dict[str, Any]]) -> InterfaceState:
    tag: int | None = next(iter(port["tag"]), None)
    trunks = frozenset(port["trunks"]) or None
    vlan_mode = next(iter(port["vlan_mode"]), "trunk" if tag is None else "access")
    description: str = port["external_ids"].get("description", "")
    mode, untagged, native = PortMode.OTHER, tag, None
    if vlan_mode == "access":
        mode = PortMode.UNTAGGED
    elif vlan_mode == "trunk":
        mode = PortMode.TAGGED
    elif vlan_mode == "native-untagged" and tag is not None:
        mode, untagged, native = PortMode.TAGGED, None, tag
        trunks = trunks and trunks | {tag}
    return InterfaceState(
        name=port["name"],
        mode=mode,
        untagged=untagged,
        native=native,
        tagged=trunks,
        description=description,
        enabled=any(part["admin_state"] != "down" for part in parts),
        routed=any(part["type"] == "internal" for part in parts),
        locked=frozenset() if can_be_written(description) else frozenset({"description"}),
    )


def _addresses(text: str, interfaces: Mapping[str, InterfaceState]) -> dict[int, tuple[str, ...]]:
    """The machine's own addresses by the VLAN of the internal port that holds them.

    VLAN 0 stands for frames without a tag, as the bridge's own port takes them.
    """
    found: dict[int, tuple[str, ...]] = {}
    try:
        for link in json.loads(text):
            port = interfaces.get(link.get("ifname", ""))
            if port is not None and port.routed:
                vlan = port.untagged if port.mode is PortMode.UNTAGGED else port.native
                held = tuple(
                    entry["local"] for entry in link["addr_info"] if entry["scope"] != "link"
                )
                found[vlan or 0] = (*found.get(vlan or 0, ()), *held)
    except (ValueError, LookupError, AttributeError, TypeError) as error:
        raise _ended_early(_ADDRESSES) from error
    return {vlan: held for vlan, held in found.items() if held}


PLATFORM = OpenVSwitch()
