"""``schoolnet check``: is everything here fit for work?"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import typer

from inventory.errors import SchoolnetError, SettingsError, StoreError
from inventory.messages import Message, _, say
from inventory.records import Switch
from inventory.records.assets import ManagedBy
from inventory.rosters.settings import source_files
from inventory.store.queries import Eq
from provisioning.directory.passwords import held_handouts
from schoolnet import compose, servers
from schoolnet.commands._common import Json, new_app, place_of
from schoolnet.handing import destroy_expired
from schoolnet.output import ExitCode, exit_code, put, put_json, texts
from schoolnet.place import Place
from schoolnet.storage import file_system_of, is_remote

app = new_app()


@app.command()
def check(context: typer.Context, as_json: Json = False) -> None:
    """Check one thing after the other; exit code 0 when all is well."""
    place = place_of(context)
    results: list[tuple[str, bool, str]] = []
    worst = ExitCode.DONE
    for name, probe in _probes(place):
        try:
            said = texts().render(probe())
            results.append((name, True, said))
        except SchoolnetError as error:
            results.append((name, False, texts().render(error.message)))
            worst = max(worst, exit_code(error))
    if as_json:
        put_json([{"check": n, "ok": ok, "text": text} for n, ok, text in results])
    else:
        put(*(f"{'ok' if ok else '!!'}  {name}: {text}" for name, ok, text in results))
    raise typer.Exit(worst)


def _probes(place: Place) -> Iterator[tuple[str, Callable[[], Message]]]:
    yield "settings", lambda: _settings(place)
    try:
        targets = compose.default_targets(place)
    except SchoolnetError:
        return  # said by the probe above; nothing else can be checked
    yield "store", lambda: _store(place)
    yield "sealing key", lambda: _sealing_key(place)
    yield "handouts", lambda: _handouts(place)
    yield "sources", lambda: _sources(place)
    if "directory" in targets:
        yield "directory", lambda: _directory(place)
    if "network" in targets:
        yield "network", lambda: _network(place)


def _settings(place: Place) -> Message:
    count = len(place.settings.sources)
    return say(_("schoolnet.toml is valid and names {count} sources."), count=count)


def _store(place: Place) -> Message:
    kind = file_system_of(place.store)
    if is_remote(kind):
        message = _("{path} is on a network file system ({kind}), where SQLite loses data. Move "
                    "the folder to a local disk.")  # fmt: skip
        raise StoreError(say(message, path=str(place.store), kind=kind))
    with place.reader() as reader:
        return say(_("The inventory is readable and has {count} journal entries."),
                   count=reader.head())  # fmt: skip


def _sealing_key(place: Place) -> Message:
    place.hasher  # noqa: B018 - resolves and checks the key
    return say(_("The sealing key can be read."))


def _handouts(place: Place) -> Message:
    expired = destroy_expired(place)
    held = sum(map(len, held_handouts(place.spool).values()))
    return say(_("{count} can be printed, {expired} had expired and were destroyed."),
               count=held, expired=expired)  # fmt: skip


def _sources(place: Place) -> Message:
    found = source_files(place.settings.sources, place.folder)
    with place.reader() as reader:
        for source in place.settings.sources:
            for number in filter(None, (source.school, *source.schools.values())):
                place.school(reader, number)
    files = sum(len(paths) for _source, paths in found)
    return say(_("{files} files belong to {count} sources."), files=files, count=len(found))


def _directory(place: Place) -> Message:
    with ExitStack() as stack, place.reader() as reader:
        (planner,) = compose.planners(place, ("directory",), place.today, stack)
        planner.read(reader)
    return say(_("The directory answers, and its managed part can be read to the end."))


def _network(place: Place) -> Message:
    names = servers.network_settings(place).credentials.keys()
    with place.reader() as reader:
        where = Eq(field="managed_by", value=ManagedBy.SSH.value)
        switches = list(reader.records(Switch, where))
    for switch in switches:
        if switch.credential not in names:
            message = _("{switch} names the credential {name}, which the settings do not have.")
            raise SettingsError(say(message, switch=switch.name, name=switch.credential))
    unpinned = sum(not switch.host_key for switch in switches)
    return say(_("{count} switches are managed, {unpinned} of them have no pinned host key yet."),
               count=len(switches), unpinned=unpinned)  # fmt: skip
