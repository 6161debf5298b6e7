"""Erasing a person: everything that says who it was goes, and the chain still verifies."""

from inventory.errors import UnreachableError, UsageError
from inventory.messages import _, say
from inventory.records import KINDS, Account
from inventory.records.changes import Hold, Plan
from inventory.records.people import AccountState
from inventory.store.codec import payload_body
from inventory.store.queries import Eq
from inventory.store.reading import SqliteReader, translated
from inventory.store.writing import Transaction, Writer

_OUT_OF_USE = {AccountState.DISABLED, AccountState.DELETED}
_BY_PERSON = ("delivery_row", "plan_change", "brought")


def erase_person(writer: Writer, reader: SqliteReader, person: str, reason: str) -> list[str]:
    """Remove everything that says who a person was.

    It is safe to repeat. Returns the ids of the runs that touched the person: their logs are the
    caller's to remove. Raises UsageError while the person's account is in use or when nobody has
    this id, UnreachableError when others read for so long that copies are left in free space.
    """
    account = next(reader.records(Account, Eq(field="person", value=person)), None)
    if account is not None and account.state not in _OUT_OF_USE:
        message = _("This person's account is still in use. Disable it first, then erase.")
        raise UsageError(say(message))
    runs: set[str] = set()
    with writer.transaction() as tx:
        if not _is_known(tx, person):
            raise UsageError(say(_("No person has the id {person}."), person=person))
        for one in joined_ids(tx, person):
            runs.update(_erase_one(tx, one, reason))
    forget_pages(writer)
    return sorted(runs)


def joined_ids(tx: Transaction, person: str) -> list[str]:
    """The person and all ids under which sources delivered the same human."""
    found, waiting = set[str](), [person]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            sql = "SELECT person, other FROM link WHERE same = 1 AND (person = ? OR other = ?)"
            waiting += [each for row in tx.execute(sql, (one, one)) for each in row]
    return sorted(found)


def _erase_one(tx: Transaction, person: str, reason: str) -> list[str]:
    records = _records_of(tx, person)
    gone = {person, *(record_id for ids in records.values() for record_id in ids)}
    _erase_records(tx, records)
    erase_from_plans(tx, person, gone)
    runs = erase_from_runs(tx, person)
    tx.execute("DELETE FROM directory_entry WHERE record = ?", (person,))
    for table in _BY_PERSON:
        tx.execute(f"DELETE FROM {table} WHERE person = ?", (person,))
    body = payload_body(actor=tx.actor, reason=reason, records=sorted(gone))
    tx.event("erasure", "create", body, record=person)
    return runs


def _records_of(tx: Transaction, person: str) -> dict[str, list[str]]:
    """Ids of all records, of now and ever, that are this person's data, by kind."""
    found: dict[str, list[str]] = {}
    for kind, model in KINDS.items():
        if model.personal:
            sql = f"SELECT DISTINCT id FROM {kind}_history WHERE {model.personal} = ?"
            found[kind] = [row[0] for row in tx.execute(sql, (person,))]
    return found


def _is_known(tx: Transaction, person: str) -> bool:
    """True for somebody in the inventory, in a delivery or plan only, or erased before.

    The id of something else, an account or a device, is nobody's: nothing would be erased.
    """
    sql = "SELECT 1 FROM journal WHERE record = ? AND kind IN ('person', 'erasure') LIMIT 1"
    asked = [sql, *(f"SELECT 1 FROM {table} WHERE person = ? LIMIT 1" for table in _BY_PERSON)]
    return any(tx.execute(question, (person,)).fetchone() for question in asked)


def _erase_records(tx: Transaction, records: dict[str, list[str]]) -> None:
    for kind, ids in records.items():
        one = [(record_id,) for record_id in ids]
        tx.execute_many(f"DELETE FROM {kind} WHERE id = ?", one)
        tx.execute_many(f"DELETE FROM {kind}_history WHERE id = ?", one)
        sql = "DELETE FROM payload WHERE seq IN (SELECT seq FROM journal WHERE record = ?)"
        tx.execute_many(sql, one)


def erase_from_plans(tx: Transaction, person: str, gone: set[str]) -> None:
    """What plans say about the person beside their changes: notices, and what a guard says.

    Neither is part of a plan's digest. Must come before the changes themselves are deleted.
    """
    rows = tx.execute("SELECT plan, id FROM plan_change WHERE person = ?", (person,)).fetchall()
    changes = {(plan, change) for plan, change in rows}
    for plan_id, body in tx.execute("SELECT id, body FROM plan").fetchall():
        plan = Plan.model_validate_json(body)
        notices = tuple(notice for notice in plan.notices if notice.record not in gone)
        holds = tuple(_anonymous(h) if _is_about(h, plan_id, changes) else h for h in plan.holds)
        if (notices, holds) != (plan.notices, plan.holds):
            cleaned = plan.model_copy(update={"notices": notices, "holds": holds})
            values = (cleaned.model_dump_json().encode(), plan_id)
            tx.execute("UPDATE plan SET body = ? WHERE id = ?", values)


def _is_about(hold: Hold, plan: str, changes: set[tuple[str, str]]) -> bool:
    """True when a guard holds nothing but changes of the person."""
    return changes.issuperset((plan, change) for change in hold.changes)


def _anonymous(hold: Hold) -> Hold:
    return hold.model_copy(update={"message": say(_("About a person who was erased."))})


def erase_from_runs(tx: Transaction, person: str) -> list[str]:
    """What runs noted about the person; returns the runs."""
    sql = "SELECT DISTINCT run FROM run_change WHERE person = ?"
    runs = [row[0] for row in tx.execute(sql, (person,))]
    tx.execute("UPDATE run_change SET message = NULL WHERE person = ?", (person,))
    tx.execute_many("UPDATE run SET message = NULL WHERE id = ?", [(run,) for run in runs])
    return runs


def forget_pages(writer: Writer) -> None:
    """Leave no copy in free space or in the log: moved cells outlive a secure delete.

    Raises UnreachableError when others read for so long that copies are left.
    """
    with translated(writer.path):
        writer.connection.execute("VACUUM")
        checkpoint = writer.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy, _pages, _moved = checkpoint.fetchone()
    if busy:
        message = _("All is erased, but old copies are left in {path} while others read it. "
                    "Repeat the command when nobody does.")  # fmt: skip
        raise UnreachableError(say(message, path=str(writer.path)))
