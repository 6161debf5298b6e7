"""The running configuration as text with structure: blocks of lines, kept in place.

Everything the emulator knows about a switch's interfaces is derived from these lines, so a line
it does not model is shown exactly where it was.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

_BANNER = re.compile(r"banner \S+ (\^C|\S)")

INTERFACE_ORDER = (
    "description",
    "switchport access",
    "switchport trunk native",
    "switchport trunk allowed",
    "switchport mode",
    "switchport nonegotiate",
    "switchport voice",
    "switchport",
    "ip",
    "power",
    "shutdown",
    "authentication",
    "mab",
    "dot1x",
    "channel-group",
    "spanning-tree",
)
"""The order in which IOS shows the lines of an interface; others stand where they were."""

INTERFACE_TYPES = (
    "FastEthernet",
    "GigabitEthernet",
    "TwoGigabitEthernet",
    "TenGigabitEthernet",
    "Port-channel",
    "Vlan",
    "Loopback",
)


@dataclass
class Block:
    """One line of the first level with the lines below it (without their first space)."""

    header: str
    lines: list[str] = field(default_factory=list)

    def put(self, slot: str, lines: Iterable[str]) -> None:
        """Replace the lines that begin with ``slot``, or add them where IOS would show them."""
        new = list(lines)
        old = [i for i, line in enumerate(self.lines) if _begins(line, slot)]
        place = old[0] if old else self._place(slot)
        rest = [line for i, line in enumerate(self.lines) if i not in old]
        self.lines = [*rest[:place], *new, *rest[place:]]

    def has(self, slot: str) -> bool:
        """Whether a line begins with these words."""
        return any(_begins(line, slot) for line in self.lines)

    def value(self, slot: str) -> str:
        """What follows the words ``slot`` on the first such line; empty when there is none."""
        return next((ln[len(slot) :].strip() for ln in self.lines if _begins(ln, slot)), "")

    def _place(self, slot: str) -> int:
        rank = _rank(slot)
        places = [i + 1 for i, ln in enumerate(self.lines) if -1 < _rank(ln) <= rank]
        if places:
            return places[-1]
        return 0 if rank >= 0 else len(self.lines)


def _begins(line: str, words: str) -> bool:
    return line == words or line.startswith(words + " ")


def _rank(line: str) -> int:
    return next((i for i, words in enumerate(INTERFACE_ORDER) if _begins(line, words)), -1)


class Configuration:
    """All blocks of a running or startup configuration, in their order."""

    def __init__(self, blocks: Iterable[Block] = ()) -> None:
        self.blocks = list(blocks)

    @classmethod
    def parse(cls, text: str) -> "Configuration":
        """Read what ``show running-config`` prints; headings, ``!`` and ``end`` are left out."""
        blocks: list[Block] = []
        lines = iter(text.splitlines())
        for line in lines:
            if not line.strip() or line[0] == "!" or line.rstrip() == "end":
                continue
            if line.startswith(("Building configuration", "Current configuration", "Using ")):
                continue
            if line[0] in " \t" and blocks:
                blocks[-1].lines.append(line.rstrip()[1:])
            elif start := _BANNER.match(line):
                blocks.append(Block(_read_banner(line, start, lines)))
            else:
                blocks.append(Block(line.strip()))
        return cls(blocks)

    def render(self) -> str:
        """The text of the configuration, from its first line to ``end``."""
        lines: list[str] = []
        for block in self.blocks:
            if block.lines or block.header.startswith("interface "):
                if lines and lines[-1] != "!":
                    lines.append("!")
                lines += [block.header, *(f" {line}" for line in block.lines), "!"]
            else:
                lines += block.header.split("\n")
        return "\n".join([*lines, "end"]) + "\n"

    def block(self, header: str) -> Block | None:
        """The block with this first line."""
        return next((block for block in self.blocks if block.header == header), None)

    def interface(self, name: str) -> Block | None:
        """The block of an interface by its full name."""
        return self.block(f"interface {name}")

    def interfaces(self) -> dict[str, Block]:
        """All interfaces by full name, in their order."""
        begin = "interface "
        return {b.header[len(begin) :]: b for b in self.blocks if b.header.startswith(begin)}

    def value(self, words: str) -> str:
        """What follows these words on the first such line of the first level."""
        return next(
            (b.header[len(words) :].strip() for b in self.blocks if _begins(b.header, words)), ""
        )

    def put(self, slot: str, lines: Iterable[str]) -> None:
        """Replace the first-level lines that begin with ``slot``, or add them by their like."""
        new = [Block(line) for line in lines]
        old = [i for i, b in enumerate(self.blocks) if _begins(b.header, slot)]
        place = old[0] if old else self._place(slot)
        rest = [b for i, b in enumerate(self.blocks) if i not in old]
        self.blocks = [*rest[:place], *new, *rest[place:]]

    def add_block(self, header: str) -> Block:
        """The block with this header; a new one stands behind its like."""
        found = self.block(header)
        if found is None:
            found = Block(header)
            self.blocks.insert(self._place(header), found)
        return found

    def remove_block(self, header: str) -> None:
        """Remove a block; nothing happens when there is none."""
        self.blocks = [block for block in self.blocks if block.header != header]

    def _place(self, header: str) -> int:
        if header.startswith("interface "):
            after = [i + 1 for i, b in enumerate(self.blocks) if _comes_before(b.header, header)]
            first = next(
                (i for i, b in enumerate(self.blocks) if b.header.startswith("interface ")),
                len(self.blocks),
            )
            return after[-1] if after else first
        word = header.split(maxsplit=1)[0]
        like = [i + 1 for i, b in enumerate(self.blocks) if b.header.split()[0] == word]
        return like[-1] if like else len(self.blocks)


def _comes_before(header: str, new: str) -> bool:
    return header.startswith("interface ") and interface_key(header[10:]) < interface_key(new[10:])


def interface_key(name: str) -> tuple[int, list[int]]:
    """Sorts interfaces as IOS does: port channels, physical ports, VLAN interfaces."""
    kind, numbers = split_interface(name) or (name, "")
    group = {"Port-channel": 0, "Vlan": 2}.get(kind, 1)
    return group, [int(number) for number in re.findall(r"\d+", numbers)]


def split_interface(text: str) -> tuple[str, str] | None:
    """``gi1/0/1`` as (``GigabitEthernet``, ``1/0/1``); None when the type is not known."""
    match = re.fullmatch(r"([A-Za-z-]+?)\s*(\d[\d/]*)", text.strip())
    if not match:
        return None
    kinds = [kind for kind in INTERFACE_TYPES if kind.lower().startswith(match[1].lower())]
    return (kinds[0], match[2]) if len(kinds) == 1 else None


def short_name(name: str) -> str:
    """``GigabitEthernet1/0/1`` as ``Gi1/0/1``, as in tables."""
    kind, numbers = split_interface(name) or (name, "")
    return kind[:2] + numbers


def banner_text(configuration: Configuration, kind: str) -> str:
    """What stands between the delimiters of a banner; empty when there is none."""
    text = configuration.value(f"banner {kind}")
    delimiter = "^C" if text.startswith("^C") else text[:1]
    return text.removeprefix(delimiter).removesuffix(delimiter).strip("\n")


def _read_banner(line: str, start: re.Match[str], lines: Iterable[str]) -> str:
    """A banner goes on until its delimiter comes again, whatever its lines look like."""
    text = [line]
    if start[1] not in line[start.end() :]:
        for more in lines:
            text.append(more)
            if start[1] in more:
                break
    return "\n".join(text)
