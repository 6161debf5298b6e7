"""Output filters: ``show … | include``, ``exclude``, ``begin`` and ``section``."""

import re

from provisioning.lab.ios.grammar import RefusedLineError

_WORDS = ("begin", "exclude", "include", "section")


def split_filter(line: str) -> tuple[str, str, str]:
    """A line without its filter, the filter's word and its expression (both may be empty).

    Raises RefusedLineError for a filter IOS does not know.
    """
    command, bar, wanted = line.partition("|")
    if not bar:
        return line, "", ""
    typed, _space, expression = wanted.strip().partition(" ")
    words = [word for word in _WORDS if typed and word.startswith(typed.lower())]
    if not words or not expression:
        raise RefusedLineError(len(command) + 2)
    return command, words[0], expression.strip()


def filter_output(text: str, word: str, expression: str) -> str:
    """What a filter leaves of an output; without a filter that is all of it."""
    if not word:
        return text
    pattern = re.compile(expression)
    lines = text.splitlines()
    if word == "include":
        kept = [line for line in lines if pattern.search(line)]
    elif word == "exclude":
        kept = [line for line in lines if not pattern.search(line)]
    elif word == "begin":
        first = next((i for i, line in enumerate(lines) if pattern.search(line)), len(lines))
        kept = lines[first:]
    else:
        kept = _sections(lines, pattern)
    return "".join(f"{line}\n" for line in kept)


def _sections(lines: list[str], pattern: re.Pattern[str]) -> list[str]:
    """Matching lines with all lines indented below them."""
    kept: list[str] = []
    inside = False
    for line in lines:
        inside = bool(pattern.search(line)) or (inside and line.startswith(" "))
        if inside:
            kept.append(line)
    return kept
