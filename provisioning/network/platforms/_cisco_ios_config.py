"""Reading the text of an IOS running-config: sections, and what each interface section says.

The format is Cisco's: a section begins at the first column, its lines are indented by a blank,
``!`` separates, ``end`` is the last line ("Cisco IOS Configuration Fundamentals Command
Reference", show running-config). Defaults are not shown: no ``switchport mode`` line means that
the port negotiates (dynamic auto), no ``switchport access vlan`` means VLAN 1.
"""

import re
from collections.abc import Iterator
from typing import Any

from provisioning.network.state import InterfaceState, PortMode, parse_vlans

Section = tuple[str, list[str]]

_SWITCH_PORT = re.compile(r"(?:\w*Ethernet|\w*GigE|Port-channel)\d")
_FREE_TEXT = re.compile(r"banner \S+ (\^C|\S)")
_AUTHENTICATION = re.compile(r"(?:authentication|dot1x|mab|access-session|service-policy type)\b")
_ADDRESS = re.compile(r"ip(?:v6)? address (\S+)")
_VLAN_FIELDS = frozenset({"mode", "untagged", "native", "tagged", "voice"})


def sections(text: str) -> Iterator[Section]:
    """The sections in order: their first line, and their indented lines without the indent.

    Free text (banners, macros) is left out: it may hold anything, also lines that look like an
    interface.
    """
    head, body = "", list[str]()
    until = ""
    for line in text.splitlines():
        if until:
            until = "" if until in line else until
        elif line.startswith(" "):
            body.append(line.strip())
        else:
            if head:
                yield head, body
            head, body = line.strip(), []
            until = _free_text_ends_with(head)
    if head:
        yield head, body


def _free_text_ends_with(head: str) -> str:
    if head.startswith("macro name "):
        return "@"
    banner = _FREE_TEXT.match(head)
    if banner is None or head.count(banner[1]) > 1:
        return ""
    return banner[1]


def is_switch_port(name: str) -> bool:
    """True for Ethernet interfaces and LAGs; VLAN interfaces, loopbacks and tunnels are not."""
    return bool(_SWITCH_PORT.match(name))


def addresses(lines: list[str]) -> tuple[str, ...]:
    """The IP addresses of an interface section (``dhcp`` where it asks for one)."""
    return tuple(match[1] for line in lines if (match := _ADDRESS.match(line)))


def interface_state(name: str, lines: list[str]) -> InterfaceState:
    """What one interface section configures."""
    state = _Builder(name)
    for line in lines:
        state.take(line)
    return state.build()


class _Builder:
    """Collects the lines of one interface section."""

    def __init__(self, name: str) -> None:
        self.values: dict[str, Any] = {
            "name": name,
            "mode": PortMode.NEGOTIATED,
            "untagged": 1,
            "native": 1,
            "poe": True,
        }
        self.locked: set[str] = set()

    def build(self) -> InterfaceState:
        return InterfaceState(**self.values, locked=frozenset(self.locked))

    def take(self, line: str) -> None:
        """Take in one line; a line that no rule knows stays untouched on the switch."""
        if line.startswith("switchport "):
            self._take_switchport(line.removeprefix("switchport "))
        elif line.startswith("description "):
            self.values["description"] = line.removeprefix("description ")
        elif line == "shutdown":
            self.values["enabled"] = False
        elif line == "no switchport" or _ADDRESS.match(line):
            self.values["routed"] = True
        elif match := re.match(r"channel-group (\d+)", line):
            self.values["lag"] = f"Port-channel{match[1]}"
        elif line.startswith("power inline "):
            self._take_power(line)
        elif line.startswith("source template "):
            self.locked |= _VLAN_FIELDS
        elif _AUTHENTICATION.match(line):
            self.values["authentication"] = True

    def _take_power(self, line: str) -> None:
        if line == "power inline never":
            self.values["poe"] = False
        elif re.match(r"power inline (?:static|auto \S|consumption|port )", line):
            self.locked.add("poe")

    def _take_switchport(self, words: str) -> None:
        if match := re.fullmatch(r"access vlan (\d+)", words):
            self.values["untagged"] = int(match[1])
        elif match := re.fullmatch(r"trunk native vlan (\d+)", words):
            self.values["native"] = int(match[1])
        elif match := re.fullmatch(r"voice vlan (\d+)", words):
            self.values["voice"] = int(match[1])
        elif match := re.fullmatch(r"trunk allowed vlan (add )?(.+)", words):
            self._take_list(match[2], more=bool(match[1]))
        elif match := re.fullmatch(r"mode (.+)", words):
            self._take_mode(match[1])
        elif match := re.match(r"(access|voice) vlan|trunk native", words):
            field = {"access": "untagged", "voice": "voice", None: "native"}[match[1]]
            self.locked.add(field)

    def _take_list(self, text: str, *, more: bool) -> None:
        if text in ("all", "none"):
            self.values["tagged"] = None if text == "all" else frozenset()
            return
        known = self.values.get("tagged") or frozenset()
        self.values["tagged"] = parse_vlans(text) | (known if more else frozenset())

    def _take_mode(self, mode: str) -> None:
        plain = {"access": PortMode.UNTAGGED, "trunk": PortMode.TAGGED}
        if mode in plain:
            self.values["mode"] = plain[mode]
        elif mode.startswith("dynamic"):
            # `no switchport mode` leads to the model's default, which may be another one.
            self.locked.add("mode")
        else:
            self.values["mode"] = PortMode.OTHER
