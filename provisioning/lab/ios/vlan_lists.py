"""VLAN lists as IOS writes them: ``10,20-22``."""

from collections.abc import Iterable

ALL_VLANS = frozenset(range(1, 4095))
"""VLAN ids a trunk can carry (IEEE 802.1Q: 0 and 4095 are reserved)."""

_LINE_WIDTH = 80


class BadVlanListError(ValueError):
    """The text is not a list of VLANs; its text is what IOS prints."""


def parse_vlan_list(text: str) -> frozenset[int]:
    """``10,20-22`` as a set of ids.

    Raises BadVlanListError with the text of IOS for letters, an id out of range and an empty part.
    """
    ids: set[int] = set()
    position = 0
    for part in text.split(","):
        position += len(part) + 1
        first, dash, last = part.partition("-")
        if not first.isdigit() or (dash and not last.isdigit()):
            raise BadVlanListError(
                f"Command rejected: Bad VLAN list - character #{position - len(part)} is a "
                f"non-numeric\ncharacter ('{part[:1]}')."
            )
        low, high = int(first), int(last or first)
        if not 1 <= low <= high <= 4094:
            delimiter = "EOL" if position > len(text) else "','"
            raise BadVlanListError(
                f"Command rejected: Bad VLAN list - character #{position} ({delimiter}) delimits "
                "a VLAN\nnumber which is out of the range 1..4094."
            )
        ids.update(range(low, high + 1))
    return frozenset(ids)


def _runs(ids: Iterable[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for vlan in sorted(ids):
        if runs and runs[-1][1] == vlan - 1:
            runs[-1] = (runs[-1][0], vlan)
        else:
            runs.append((vlan, vlan))
    return runs


def render_vlan_list(ids: Iterable[int], *, pairs: str = ",") -> str:
    """The shortest spelling; two neighbours are joined by ``pairs`` (a comma in trunk lists)."""
    parts = []
    for low, high in _runs(ids):
        joint = pairs if high == low + 1 else "-"
        parts.append(str(low) if low == high else f"{low}{joint}{high}")
    return ",".join(parts)


def render_allowed_lines(ids: frozenset[int]) -> list[str]:
    """The lines of a trunk's list: none for all VLANs, long lists go on in ``add`` lines."""
    head = "switchport trunk allowed vlan"
    if ids == ALL_VLANS:
        return []
    if not ids:
        return [f"{head} none"]
    lines: list[str] = []
    line = f"{head} "
    for part in render_vlan_list(ids).split(","):
        joined = line + ("" if line.endswith(" ") else ",") + part
        if len(joined) > _LINE_WIDTH - 1:
            lines.append(line)
            joined = f"{head} add {part}"
        line = joined
    return [*lines, line]


def merge_allowed_lines(lines: Iterable[str]) -> frozenset[int]:
    """What a trunk may carry by its lines; without a line that is every VLAN."""
    allowed: frozenset[int] | None = None
    for line in lines:
        words = line.split()
        if words[:4] != ["switchport", "trunk", "allowed", "vlan"]:
            continue
        allowed = change_allowed(ALL_VLANS if allowed is None else allowed, words[4:])
    return ALL_VLANS if allowed is None else allowed


def change_allowed(current: frozenset[int], words: list[str]) -> frozenset[int]:
    """What follows ``switchport trunk allowed vlan``: a list, add, remove, except, all, none.

    Raises BadVlanListError.
    """
    match words:
        case ["all"]:
            return ALL_VLANS
        case ["none"]:
            return frozenset()
        case ["add", text]:
            return current | parse_vlan_list(text)
        case ["remove", text]:
            return current - parse_vlan_list(text)
        case ["except", text]:
            return ALL_VLANS - parse_vlan_list(text)
        case _:
            return parse_vlan_list(" ".join(words))
