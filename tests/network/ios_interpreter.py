"""A pure IOS of a few dozen lines: types commands into a configuration kept line for line.

It knows what the driver may send and nothing else, so a line it does not know is a failure. It
stands beside the emulator because a property test needs thousands of switches a second.
"""

import re
from collections.abc import Iterable

from provisioning.network.state import format_vlans, parse_vlans

_DEFAULTS = {
    "switchport access vlan": "1",
    "switchport trunk native vlan": "1",
    "power inline": "auto",
}
_SETTINGS = (
    "switchport access vlan",
    "switchport trunk native vlan",
    "switchport voice vlan",
    "switchport mode",
    "description",
    "power inline",
)
_LIST = "switchport trunk allowed vlan"


class TinyIos:
    """Interfaces with their lines, VLANs with their names."""

    def __init__(self, interfaces: dict[str, list[str]], vlans: dict[int, str]) -> None:
        self.interfaces = {name: sorted(lines) for name, lines in interfaces.items()}
        self.vlans = dict(vlans)
        self._where: str | int | None = None

    def type(self, lines: Iterable[str]) -> None:
        """Type lines in the configuration mode."""
        for line in lines:
            self._type_one(line)

    def outputs(self) -> dict[str, str]:
        """What its show commands print."""
        sections = [
            f"interface {name}\n" + "".join(f" {line}\n" for line in lines) + "!\n"
            for name, lines in self.interfaces.items()
        ]
        table = "".join(f"{v:<4} {n:<32} active\n" for v, n in sorted(self.vlans.items()))
        return {
            "show running-config": "hostname sw-1\n!\n" + "".join(sections) + "end\n",
            "show vtp status": "VTP Operating Mode                : Transparent\n",
            "show vlan brief": f"VLAN Name                             Status    Ports\n{table}",
        }

    def opened(self) -> set[str]:
        """Trunks that carry every VLAN, because they have no list."""
        return {
            name
            for name, lines in self.interfaces.items()
            if "switchport mode trunk" in lines and not any(_LIST in line for line in lines)
        }

    def _type_one(self, line: str) -> None:
        if line == "exit":
            self._where = None
        elif match := re.fullmatch(r"vlan (\d+)", line):
            self._where = int(match[1])
            self.vlans.setdefault(int(match[1]), f"VLAN{int(match[1]):04d}")
        elif match := re.fullmatch(r"no vlan (\d+)", line):
            self._where = None
            del self.vlans[int(match[1])]
        elif match := re.fullmatch(r"interface (\S+)", line):
            assert match[1] in self.interfaces, line
            self._where = match[1]
        elif isinstance(self._where, int):
            name = f"VLAN{self._where:04d}" if line == "no name" else line.removeprefix("name ")
            self.vlans[self._where] = name
        else:
            assert isinstance(self._where, str), f"{line!r} outside any section"
            lines = self.interfaces[self._where]
            lines[:] = sorted(self._after(lines, line))

    def _after(self, lines: list[str], typed: str) -> list[str]:
        if typed.startswith(_LIST) or typed == f"no {_LIST}":
            return self._with_list(lines, typed)
        if typed in ("shutdown", "no shutdown"):
            rest = [line for line in lines if line != "shutdown"]
            return rest if typed.startswith("no") else [*rest, typed]
        plain = typed.removeprefix("no ")
        setting = next(words for words in _SETTINGS if plain.startswith(words))
        rest = [line for line in lines if not line.startswith(f"{setting} ")]
        default = typed.startswith("no ") or typed == f"{setting} {_DEFAULTS.get(setting)}"
        return rest if default else [*rest, typed]

    def _with_list(self, lines: list[str], typed: str) -> list[str]:
        rest = [line for line in lines if not line.startswith(_LIST)]
        if typed.startswith("no "):
            return rest
        told = " ".join(line.removeprefix(_LIST).replace(" add", "") for line in lines
                        if line.startswith(_LIST))  # fmt: skip
        current = frozenset(range(1, 4095)) if not told else parse_vlans(told.replace("none", ""))
        word, _space, vlans = typed.removeprefix(f"{_LIST} ").partition(" ")
        if word == "none":
            current = frozenset()
        elif not vlans:
            current = parse_vlans(word)
        else:
            assert word in ("add", "remove"), typed
            named = parse_vlans(vlans)
            current = current | named if word == "add" else current - named
        return [*rest, f"{_LIST} {format_vlans(current) or 'none'}"]
