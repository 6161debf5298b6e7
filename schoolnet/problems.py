"""What went wrong in a run, told once where it went wrong alike many times."""

from collections.abc import Iterable
from typing import NamedTuple

from inventory.messages import Message, _, say
from inventory.records.runs import ChangeResult
from inventory.store.hooks import HookFailure
from schoolnet.output import tell, texts

_ALONE = 3
"""So many alike are told one by one."""
_EXAMPLES = 2


class Problem(NamedTuple):
    """One line of its own. `same` is equal for those that differ in the entry only."""

    line: Message
    key: str
    same: tuple[str, ...]


def of_result(target: str, key: str, result: ChangeResult) -> Problem:
    """A change that did not end well."""
    line = _("{outcome}: {target} {key} {text}")
    text, without = _said(result.message)
    outcome = result.outcome.value
    told = say(line, outcome=outcome, target=target, key=key, text=text)
    return Problem(told, key, (outcome, target, without))


def of_hook(failure: HookFailure) -> Problem:
    """A hook that did not succeed."""
    text, without = _said(failure.message)
    told = say(_("hook: {key} {text}"), key=failure.key, text=text)
    return Problem(told, failure.key, ("hook", failure.hook, without))


def _said(message: Message | None) -> tuple[str, str]:
    """The sentence, and the sentence without the entry that it is about."""
    if message is None:
        return "", ""
    anonymous = say(message.id, **{**message.parameters, "entry": ""})
    return texts().render(message), texts().render(anonymous)


def tell_problems(problems: Iterable[Problem], limit: int | None) -> int:
    """Tell so many lines of problems (None: all, with each key); returns how many are not told."""
    alike: dict[tuple[str, ...], list[Problem]] = {}
    for problem in problems:
        alike.setdefault(problem.same, []).append(problem)
    lines = [line for group in alike.values() for line in _lines(group)]
    for first, *others in lines[:limit]:
        tell(first.line)
        if others:
            _tell_others(others, _EXAMPLES if limit is not None else len(others))
    return 0 if limit is None else sum(map(len, lines[limit:]))


def _lines(group: list[Problem]) -> list[list[Problem]]:
    return [group] if len(group) > _ALONE else [[one] for one in group]


def _tell_others(others: list[Problem], shown: int) -> None:
    tell(_("  The same for {count} others:"), count=len(others))
    for one in others[:shown]:
        tell("    {key}", key=one.key)
    if len(others) > shown:
        tell("    ...")
