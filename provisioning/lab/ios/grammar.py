"""Commands of one mode as a tree of words: abbreviations, ambiguity and the caret of IOS.

A word may be shortened as long as it is the only one that begins so; a word typed in full wins
over longer ones (Cisco IOS Configuration Fundamentals, "Using the Command-Line Interface").
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Handler = TypeVar("Handler")

_NUMBERS = {"<vlan>": (1, 4094), "<minutes>": (1, 14400), "<number>": (0, 65535)}


class RefusedLineError(Exception):
    """The line is no command here. ``position`` is where its first wrong word begins."""

    def __init__(self, position: int, ambiguous: str = "", *, incomplete: bool = False) -> None:
        super().__init__("refused line")
        self.position = position
        self.ambiguous = ambiguous
        self.incomplete = incomplete

    def text(self, indent: int) -> str:
        """What IOS prints; ``indent`` is the width of the prompt before the line."""
        if self.ambiguous:
            return f'% Ambiguous command:  "{self.ambiguous}"'
        if self.incomplete:
            return "% Incomplete command.\n\n"
        return " " * (indent + self.position) + "^\n% Invalid input detected at '^' marker.\n\n"


@dataclass
class _Node(Generic[Handler]):
    words: dict[str, "_Node[Handler]"] = field(default_factory=dict)
    parameter: str = ""
    after: "_Node[Handler] | None" = None
    handler: Handler | None = None


@dataclass(frozen=True)
class Call:
    """A line understood: its words written out, and its parameters in order."""

    line: str
    values: tuple[str, ...]


class Grammar(Generic[Handler]):
    """The commands of one mode.

    Patterns are words and parameters: ``<vlan>``, ``<minutes>`` and ``<number>`` are numbers in
    range, ``<word>`` is any word, ``<rest>`` is the rest of the line as it was typed.
    """

    def __init__(self, *tables: Mapping[str, Handler]) -> None:
        self._root: _Node[Handler] = _Node()
        for table in tables:
            for pattern, handler in table.items():
                self._add(self._root, pattern.split(), handler)

    def _add(self, node: _Node[Handler], words: list[str], handler: Handler) -> None:
        if not words:
            node.handler = handler
            return
        first, *rest = words
        if first.startswith("<"):
            node.parameter = first
            node.after = node.after or _Node()
            self._add(node.after, rest, handler)
        else:
            self._add(node.words.setdefault(first, _Node()), rest, handler)

    def parse(self, line: str) -> tuple[Handler, Call]:
        """Understand one line: who answers it, and its words. Raises RefusedLineError."""
        node = self._root
        written: list[str] = []
        values: list[str] = []
        for typed in re.finditer(r"\S+", line):
            found = list(_matches(node, typed[0]))
            if len(found) > 1:
                raise RefusedLineError(typed.start(), line.strip())
            if found:
                word, node = found[0]
                written.append(word)
                continue
            if node.after is None or not _fits(node.parameter, typed[0]):
                raise RefusedLineError(typed.start())
            rest = node.parameter == "<rest>"
            values.append(line[typed.start() :].strip() if rest else typed[0])
            written.append(values[-1])
            node = node.after
            if rest:
                break
        if node.handler is None:
            raise RefusedLineError(len(line), incomplete=True)
        return node.handler, Call(" ".join(written), tuple(values))

    def help(self, line: str) -> str:
        """What ``?`` shows at the end of a begun line: the words that may follow."""
        node = self._root
        *known, begun = line.split(" ") if line else [""]
        for typed in filter(None, known):
            found = list(_matches(node, typed))
            following = found[0][1] if len(found) == 1 else node.after
            if following is None:
                return "% Unrecognized command"
            node = following
        words = sorted(word for word in node.words if word.startswith(begun.lower()))
        words += [node.parameter] if node.after else []
        words += ["<cr>"] if node.handler and not begun else []
        return "\n".join(f"  {word}" for word in words) or "% Unrecognized command"


def _matches(node: _Node[Handler], typed: str) -> Iterator[tuple[str, _Node[Handler]]]:
    text = typed.lower()
    if text in node.words:
        yield text, node.words[text]
        return
    yield from ((word, after) for word, after in node.words.items() if word.startswith(text))


def _fits(parameter: str, typed: str) -> bool:
    if parameter not in _NUMBERS:
        return True
    low, high = _NUMBERS[parameter]
    return typed.isdigit() and low <= int(typed) <= high
