"""``[[hooks]]``: commands that are given each change once it is applied and read again.

What a target cannot do itself, as a home folder for a new account. The engine knows neither what
a hook does nor which target a change is for: it hands over JSON and looks at the exit code.
"""

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, field_validator

from inventory.messages import Message, _, say
from inventory.records import School
from inventory.records.base import Frozen
from inventory.records.changes import Action, Change
from inventory.store.hooks import save_hook, succeeded
from inventory.store.reading import SqliteReader
from inventory.store.writing import Writer

SCHEMA = 1
_PASSED_ON = ("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ")
"""All that a hook sees of our environment, which may hold secrets."""
TargetName = Literal["roster", "directory", "network"]


class HookSettings(Frozen):
    """One hook. Empty `targets`, `kinds` or `actions`: all."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=40)]
    targets: tuple[TargetName, ...] = ()
    kinds: tuple[str, ...] = ()
    """What plans call them: ``person``, ``group``, ``membership``."""
    actions: tuple[Action, ...] = ()
    command: Annotated[tuple[str, ...], Field(min_length=1)]
    """The program and its arguments, without a shell."""
    timeout: Annotated[int, Field(ge=1, le=3600)] = 60
    """Seconds until the command is ended."""

    @field_validator("command")
    @classmethod
    def _starts_with_a_path(cls, command: tuple[str, ...]) -> tuple[str, ...]:
        if not command[0].startswith("/"):
            message = _("name the program by its whole path, such as /usr/local/bin/homes")
            raise ValueError(say(message))
        return command

    def watches(self, target: str) -> bool:
        """Whether the hook is for changes of this target."""
        return not self.targets or target in self.targets

    def wants(self, change: Change) -> bool:
        """Whether the hook is for this change."""
        return (
            self.watches(change.target)
            and (not self.kinds or change.kind in self.kinds)
            and (not self.actions or change.action in self.actions)
        )


def _names_differ(hooks: tuple[HookSettings, ...]) -> tuple[HookSettings, ...]:
    names = [hook.name for hook in hooks]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(say(_("two hooks are named {name}"), name=min(twice)))
    return hooks


Hooks = Annotated[tuple[HookSettings, ...], AfterValidator(_names_differ)]


class HookCaller:
    """Tells the hooks of one run; `failures` are the calls that did not succeed: (change, hook)."""

    def __init__(self, hooks: Sequence[HookSettings], run: str, plan: str) -> None:
        self.failures: set[tuple[str, str]] = set()
        self._hooks = hooks
        self._run = run
        self._plan = plan

    def calls(
        self, reader: SqliteReader, open_writer: Callable[[], Writer], changes: Iterable[Change]
    ) -> Iterator[None]:
        """One step a call; what has succeeded in this run before is not told again."""
        done = succeeded(reader, self._run)
        numbers = {school.id: school.number for school in reader.records(School)}
        with open_writer() as writer:
            for change in changes:
                for hook in self._hooks:
                    if not hook.wants(change) or (change.id, hook.name) in done:
                        continue
                    yield
                    number = numbers.get(change.school, "")
                    failure = call(hook, self._told(hook, change, number))
                    if failure is not None:
                        self.failures.add((change.id, hook.name))
                    with writer.transaction() as tx:
                        save_hook(tx, self._run, change, hook.name, failure)

    def _told(self, hook: HookSettings, change: Change, school_number: str) -> dict[str, Any]:
        """The change as the plan shows it. Operations are left out: some of them are about
        passwords and switch secrets.
        """
        return {
            "schema": SCHEMA,
            "hook": hook.name,
            "run": self._run,
            "plan": self._plan,
            "change": {
                "id": change.id,
                "target": change.target,
                "action": change.action.value,
                "kind": change.kind,
                "key": change.key,
                "record": change.record,
                "person": change.person,
                "school": school_number,
                "role": change.role,
                "year_group": change.year_group,
                "before": change.before,
                "after": change.after,
            },
        }


def call(hook: HookSettings, told: Mapping[str, Any]) -> Message | None:
    """Run the command with `told` as JSON on its standard input; None, or why it did not succeed.

    What it prints is thrown away: it may hold names or secrets, and a hook has a log of its own.
    """
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    try:
        process = subprocess.Popen(  # noqa: S603 - from a settings file only its owner may write
            hook.command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env=environment, start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        message = _("The hook {hook} cannot be started: {reason}. Correct its command, then "
                    "`schoolnet runs retry`.")  # fmt: skip
        return say(message, hook=hook.name, reason=error.strerror or str(error))
    try:
        process.communicate(json.dumps(told, ensure_ascii=False).encode(), hook.timeout)
    except subprocess.TimeoutExpired:
        _end(process)
        message = _("The hook {hook} did not end within {seconds} seconds and was ended. See its "
                    "own log, then `schoolnet runs retry`.")  # fmt: skip
        return say(message, hook=hook.name, seconds=hook.timeout)
    except BaseException:
        _end(process)
        raise
    if process.returncode == 0:
        return None
    message = _("The hook {hook} ended with {code}. See its own log, then `schoolnet runs retry`.")
    return say(message, hook=hook.name, code=process.returncode)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the command with all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
