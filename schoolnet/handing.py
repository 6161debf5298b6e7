"""Which handouts of a run can still be printed, who printed them, and when their keys go."""

from collections.abc import Iterable
from contextlib import suppress

from inventory.errors import LockedError, UsageError
from inventory.messages import _, say
from inventory.records import SchoolClass
from inventory.records.runs import Run
from inventory.store.codec import payload_body
from inventory.store.plans import plan_changes
from inventory.store.queries import Eq
from inventory.store.reading import SqliteReader
from inventory.store.recent import lines_of_record
from inventory.store.runs import get_run, outcomes, results_after, results_of_person
from inventory.times import to_micros
from provisioning.directory.ground import TARGET
from provisioning.directory.handouts import Handout, Title, handout_titles, made_accounts
from provisioning.directory.namesakes import told_apart
from provisioning.directory.passwords import InitialPasswords, held_handouts
from provisioning.directory.recipes import sets_password
from provisioning.engine.lock import run_lock
from schoolnet.place import Place
from tui.lives import Handout as Shown

_DAY = 24 * 60 * 60 * 1_000_000
PRINT, HAND_OVER, EXPIRE = "print", "hand-over", "expire"
"""What the journal says of a handout."""
_ENDS = {HAND_OVER, EXPIRE}
_EVENTS = 10_000


def find_handouts(
    reader: SqliteReader, run: Run, passwords: InitialPasswords, class_name: str, school: str
) -> list[Handout]:
    """The groups of accounts that the run gave a password, in the plan's order.

    When a key was destroyed and a retry of the run made another one, that one would print wrong
    passwords for the accounts of before: these are left out.
    """
    changes = plan_changes(reader, run.plan, "directory")
    mine = (change for change in changes if not school or change.school == school)
    titles = handout_titles(reader)
    named = {c.id for c in reader.records(SchoolClass, Eq(field="name", value=class_name))}
    ended = _ends(reader, run)
    newer = {at: results_after(reader, run.id, at) for at in set(ended.values())}
    found = []
    for group, accounts in made_accounts(mine, outcomes(reader, run.id)).items():
        renewed = group in ended and passwords.printable(group)
        kept = [one for one in accounts if not renewed or one.change in newer[ended[group]]]
        if kept and (not class_name or group in named):
            title = titles.get(group) or Title("", say(_("Further accounts")))
            found.append(Handout(group, title, kept))
    return told_apart(reader, found)


def _ends(reader: SqliteReader, run: Run) -> dict[str, int]:
    """When the keys of the run's groups were destroyed last."""
    found: dict[str, int] = {}
    for line in reversed(lines_of_record(reader, run.id, _EVENTS)):
        if line.entry.kind == "handout" and line.entry.action in _ENDS and line.body:
            found |= dict.fromkeys(line.body["groups"], line.entry.time)
    return found


def newest_handout(reader: SqliteReader, person: str) -> Shown | None:
    """The last password that a run gave a person, and what became of its paper since."""
    for run, change, outcome, at in results_of_person(reader, person, TARGET):
        if outcome.good and sets_password(change):
            for line in lines_of_record(reader, run, _EVENTS):
                entry, body = line.entry, line.body
                if entry.kind == "handout" and body and change.group in body["groups"]:
                    if entry.time > at:
                        return Shown(run, at, entry.action, entry.time, str(body["actor"]))
                    break
            return Shown(run, at)
    return None


def journal_handouts(
    place: Place, run_id: str, action: str, groups: dict[str, int] | list[str], reason: str = ""
) -> None:
    """Passwords are not shown, and not destroyed, without a trace of who did it and why.

    `groups` are ids, with the number of accounts where it is known.
    """
    with place.writer() as writer, writer.transaction() as tx:
        body = payload_body(actor=writer.actor, groups=groups, reason=reason)
        tx.event("handout", action, body, record=run_id, run=run_id)


def hand_over(place: Place, run: Run, handouts: Iterable[Handout], reason: str) -> None:
    """Destroy the keys of these handouts for good. Raises LockedError while a run is alive."""
    with run_lock(place.lock, run.id):
        groups = {handout.group: len(handout.accounts) for handout in handouts}
        journal_handouts(place, run.id, HAND_OVER, groups, reason)
        _destroy(place, run.id, groups)


def destroy_expired(place: Place) -> int:
    """Destroy the keys of runs that ended longer ago than the settings allow; returns how many.

    A run that did not end keeps its keys: carrying it on needs them. While another run is alive
    nothing is done; the next command makes up for it.
    """
    before = to_micros(place.clock()) - place.settings.handouts.days * _DAY
    count = 0
    with place.reader() as reader:
        held = held_handouts(place.spool)
        old = [run_id for run_id in held if _ended_before(reader, run_id, before)]
    for run_id in old:
        with suppress(LockedError), run_lock(place.lock, run_id):
            journal_handouts(place, run_id, EXPIRE, held[run_id])
            _destroy(place, run_id, held[run_id])
            count += len(held[run_id])
    return count


def _ended_before(reader: SqliteReader, run_id: str, moment: int) -> bool:
    try:
        run = get_run(reader, run_id)
    except UsageError:  # a file of another place
        return False
    return run.state.ended and run.ended_at is not None and run.ended_at < moment


def _destroy(place: Place, run_id: str, groups: Iterable[str]) -> None:
    passwords = InitialPasswords(place.spool, run_id)
    for group in groups:
        passwords.destroy(group)
