"""The composition root: the one place that knows every concrete class."""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, cast

from pydantic import SecretStr

from inventory.errors import SettingsError, UsageError
from inventory.messages import _, say
from inventory.records import Switch
from inventory.records.changes import Change, Notice, Scope
from inventory.store.brought import keep_only, known_brought, save_brought
from inventory.store.names import used_names
from inventory.store.plans import get_plan
from inventory.store.reading import SqliteReader
from inventory.store.runs import get_run, saved_uuids
from inventory.store.writing import SLICE
from provisioning.directory.pin import Pin, RunPin
from provisioning.engine.guards import (
    DeletionLimit,
    Guard,
    Proposals,
    ProtectedAccounts,
)
from provisioning.engine.hooks import HookSettings
from provisioning.engine.identity import IdentityLimit
from provisioning.engine.leaver_limit import LeaverLimit
from provisioning.engine.namesakes import NamesakeLimit
from provisioning.engine.planning import AnyPlanner
from provisioning.engine.protocols import Executor
from provisioning.engine.stage import Target, Tools
from provisioning.roster.executor import RosterExecutor
from provisioning.roster.matching import Existing
from provisioning.roster.names import NameMaker
from provisioning.roster.planner import RosterPlanner
from provisioning.roster.wishing import Rules
from schoolnet.place import Place, Secrets
from schoolnet.secrets import check_owner
from schoolnet.servers import (
    directory_executor,
    directory_settings,
    logins,
    network_settings,
    search_connection,
)
from schoolnet.settings import FILE_NAME

if TYPE_CHECKING:
    from provisioning.directory.planner import DirectoryPlanner
    from provisioning.directory.renaming import Finished

TARGETS = ("roster", "directory", "network")
"""All targets, in the order of a plan's stages."""


def check_targets(named: Sequence[str]) -> None:
    """Raise UsageError for a name that is no target."""
    for target in named:
        if target not in TARGETS:
            message = _("{target} is no target. Targets are roster, directory and network.")
            raise UsageError(say(message, target=target))


def default_targets(place: Place) -> tuple[str, ...]:
    """The targets that the settings name; the roster always is one."""
    settings = place.settings
    named = {"roster": True, "directory": settings.directory, "network": settings.network}
    return tuple(target for target in TARGETS if named[target])


def planners(
    place: Place,
    targets: Sequence[str],
    day: date,
    stack: ExitStack,
    *,
    adopt: bool = False,
    pin: Pin | None = None,
) -> list[AnyPlanner]:
    """Planners in the order of stages. What they open can only read, and ends with `stack`.

    `pin`: the one directory server that a run reads from and writes to.
    """
    make: dict[str, Callable[[], AnyPlanner]] = {
        "roster": lambda: _roster_planner(place, day, stack, adopt=adopt),
        "directory": lambda: _directory_planner(place, day, stack, pin),
        "network": lambda: _network_planner(place),
    }
    return [make[target]() for target in TARGETS if target in targets]


def _roster_planner(place: Place, day: date, stack: ExitStack, *, adopt: bool) -> AnyPlanner:
    reader = stack.enter_context(place.reader())
    accounts = place.settings.accounts
    names = _name_maker(place, reader)
    read_existing = (lambda: _existing(place)) if place.settings.directory else None
    expected = {(s.school, role.value) for s in place.settings.sources for role in s.roles}
    rules = Rules(accounts, names, day)
    return RosterPlanner(reader, rules, read_existing, adopt=adopt, expected=expected)


def _name_maker(place: Place, reader: SqliteReader) -> NameMaker:
    return NameMaker(place.settings.accounts, place.hasher, used_names(reader).__contains__)


def name_maker(place: Place, reader: SqliteReader) -> NameMaker:
    """Makes names that neither an account of ours ever had nor another in the directory has."""
    names = _name_maker(place, reader)
    for account in _existing(place) if place.settings.directory else ():
        names.reserve(account.user_name)
        names.reserve(account.email)
    return names


def rename_entry(place: Place, reader: SqliteReader, person: str) -> "Finished":
    """Carry a protected change of name into the directory, without a plan or run."""
    from provisioning.directory.renaming import rename_entry

    settings, pin = directory_settings(place), Pin()
    with (
        closing(search_connection(place, pin)) as connection,
        closing(directory_executor(place, "rename", pin)) as sending,
    ):
        return rename_entry(connection, settings, sending, reader, person, place.today)


def _existing(place: Place) -> list[Existing]:
    """The accounts of the directory that are not ours."""
    from provisioning.directory.existing import read_existing

    with closing(search_connection(place)) as connection:
        return [
            Existing(account.user_name, account.given_name, account.family_name, account.email)
            for account in read_existing(connection, directory_settings(place))
        ]


def _directory_planner(place: Place, day: date, stack: ExitStack, pin: Pin | None) -> AnyPlanner:
    from provisioning.directory.planner import DirectoryPlanner

    connection = stack.enter_context(closing(search_connection(place, pin)))

    def known_ids() -> dict[str, str]:
        with place.reader() as reader:
            return saved_uuids(reader)

    reader = stack.enter_context(place.reader())
    settings, passwords = directory_settings(place), place.settings.passwords
    return DirectoryPlanner(
        connection, settings, day, passwords,
        known_ids=known_ids, brought=known_brought(reader),
    )  # fmt: skip


def reset_planner(
    place: Place, chosen: Mapping[str, bool], day: date, stack: ExitStack
) -> AnyPlanner:
    """Plans new passwords for these people of the directory; True: chosen by name."""
    from provisioning.directory.resets import ResetPlanner

    connection = stack.enter_context(closing(search_connection(place)))
    passwords = place.settings.passwords
    return ResetPlanner(connection, directory_settings(place), day, passwords, chosen)


def _network_planner(place: Place) -> AnyPlanner:
    from provisioning.network.planner import NetworkPlanner

    settings = network_settings(place)
    return NetworkPlanner(settings, logins(settings, place.secrets))


def guards(place: Place, reader: SqliteReader, day: date) -> list[Guard]:
    """The guards of every plan, with the limits of its day."""
    settings = place.settings.guards.on(day)
    return [
        LeaverLimit(reader, settings),
        DeletionLimit(reader, settings, ahead=day > place.today),
        NamesakeLimit(reader, settings),
        IdentityLimit(reader, settings),
        ProtectedAccounts(reader, settings),
        Proposals(reader),
    ]


def executor(place: Place, target: str, run_id: str, pin: Pin | None = None) -> Executor:
    """The executor of a target for one run, on the directory server that is pinned for it."""
    if target == "roster":
        return RosterExecutor(place.reader(), place.hasher)
    if target == "directory":
        return directory_executor(place, run_id, pin)
    from provisioning.network.executor import NetworkExecutor

    network = network_settings(place)
    with place.reader() as reader:
        switches = {switch.id: switch for switch in reader.records(Switch)}
    return NetworkExecutor(
        network, logins(network, place.secrets), switches, place.spool.seal, run_id
    )


def tools(place: Place, run_id: str) -> Tools:
    """Everything a run needs to carry itself out."""
    with place.reader() as reader:
        day = date.fromisoformat(get_plan(reader, get_run(reader, run_id).plan).day)

    def open_target(name: str) -> Target:
        stack = ExitStack()
        pin = RunPin(place.spool, run_id) if name == "directory" else None
        (planner,) = planners(place, (name,), day, stack, pin=pin)
        sending = executor(place, name, run_id, pin)
        return Target(planner, sending, stack.close, lambda left: _remember(place, planner, left))

    return Tools(place.reader, place.writer, open_target, hooks(place))


def hooks(place: Place) -> tuple[HookSettings, ...]:
    """`[[hooks]]`; raises SettingsError when others could have written them."""
    found = place.settings.hooks
    if found:
        check_owner(place.folder / FILE_NAME, f"hooks.{found[0].name}")
    return found


def _remember(place: Place, planner: AnyPlanner, left: Iterable[Change | Notice | Scope]) -> None:
    """Keep what the directory was seen to have as it was wanted: the rest is drift later."""
    if planner.target == "directory":
        rows, keys = cast("DirectoryPlanner", planner).as_wanted(left)
        with place.writer() as writer:
            while part := list(islice(rows, SLICE)):
                with writer.transaction() as tx:
                    save_brought(tx, part)
            with writer.transaction() as tx:
                keep_only(tx, keys)


def argv(place: Place, *words: str) -> list[str]:
    """A command in a process of its own; -P keeps the current folder out of the import path."""
    return [sys.executable, "-P", "-m", "schoolnet", "-C", str(place.folder), *words]


def run_secrets(place: Place, targets: Sequence[str]) -> dict[str, SecretStr]:
    """The secrets that a run of these targets needs, by reference, resolved in the foreground."""
    settings = place.settings
    hooks(place)  # a hook that may not be run leaves no run behind either
    references = {settings.sealing_key}
    if "directory" in targets:
        directory = directory_settings(place)
        references |= {directory.password, directory.reader_password or directory.password}
    if "network" in targets:
        for credential in network_settings(place).credentials.values():
            references |= {credential.password, *filter(None, [credential.enable])}
    return {reference: place.secrets(reference) for reference in sorted(references)}


def from_pipe(given: Mapping[str, SecretStr]) -> Secrets:
    """A resolver that knows only what came through the pipe."""

    def resolve(reference: str) -> SecretStr:
        try:
            return given[reference]
        except KeyError:
            message = _("The run was not given the secret {reference}. Were the settings changed? "
                        "Resume it with `schoolnet runs resume`.")  # fmt: skip
            raise SettingsError(say(message, reference=reference)) from None

    return resolve
