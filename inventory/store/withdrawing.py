"""A delivery that was a mistake is taken back: the one before it is in force again."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from inventory.errors import UsageError
from inventory.messages import _, say
from inventory.records.deliveries import Delivery
from inventory.store.codec import payload_body
from inventory.store.deliveries import COLUMNS, DROPPED, PARTS, WITHDRAWN, delivery_of
from inventory.store.writing import Transaction, Writer


class Withdrawn(NamedTuple):
    """A delivery that counts no more, and the one in force in its place, if there is one."""

    delivery: Delivery
    former: Delivery | None


def withdraw(writer: Writer, delivery_ids: Iterable[str], reason: str) -> list[Withdrawn]:
    """Withdraw deliveries in force, all or none; each is journalled with the reason.

    The rows of a withdrawn one are removed. Its name, size and hash stay, so that the same file
    is not taken in again by itself. Ids may be shortened to a beginning that is unique. Raises
    UsageError for a delivery that is not in force, and where another one was before it whose rows
    are not kept any more: without them everybody would look like a leaver.
    """
    with writer.transaction() as tx:
        found = [_in_force(tx, delivery_id) for delivery_id in delivery_ids]
        return [_withdraw(tx, delivery, reason) for delivery in dict.fromkeys(found)]


def _in_force(tx: Transaction, delivery_id: str) -> Delivery:
    rows = _selected(
        tx, "id >= ? AND id < ? AND seq IN (SELECT max(seq) FROM delivery WHERE complete = 1 "
        "AND state <> ? GROUP BY source, school, role) LIMIT 2",
        (delivery_id, delivery_id + "\U0010ffff", WITHDRAWN),
    )  # fmt: skip
    if len(rows) != 1 or not delivery_id:
        message = _("No delivery {delivery} is in force. `schoolnet deliveries` lists those that "
                    "are.")  # fmt: skip
        raise UsageError(say(message, delivery=delivery_id))
    return rows[0]


def _withdraw(tx: Transaction, delivery: Delivery, reason: str) -> Withdrawn:
    scope = "source = ? AND school = ? AND role = ? AND complete = 1 AND state = ?"
    words = (delivery.source, delivery.school, delivery.role)
    others = f"{scope} AND sha256 <> ? ORDER BY seq DESC LIMIT 1"
    former = _selected(tx, others, (*words, "", delivery.sha256))
    if not former and _selected(tx, others, (*words, DROPPED, delivery.sha256)):
        message = _(
            "{file}: what {source} delivered before is not kept any more, so nothing can take its "
            "place. Import the right file instead: it replaces this one."
        )
        raise UsageError(say(message, file=delivery.file_name, source=delivery.source))
    for table in PARTS:
        tx.execute(f"DELETE FROM {table} WHERE delivery = ?", (delivery.id,))
    sql = "UPDATE delivery SET state = ? WHERE source = ? AND school = ? AND role = ? "
    tx.execute(f"{sql} AND complete = 1 AND sha256 = ?", (WITHDRAWN, *words, delivery.sha256))
    body = payload_body(
        actor=tx.actor, reason=reason, delivery=delivery.model_dump(mode="json"),
        former=former[0].id if former else "",
    )  # fmt: skip
    seq = tx.event("delivery", "withdraw", body, school=delivery.school, record=delivery.id)
    if former:  # it is in force from this entry on: plans of before do not know that
        tx.execute("UPDATE delivery SET seq = ? WHERE id = ?", (seq, former[0].id))
    return Withdrawn(delivery, former[0] if former else None)


def _selected(tx: Transaction, where: str, values: Sequence[str]) -> list[Delivery]:
    sql = f"SELECT {', '.join(COLUMNS)} FROM delivery WHERE {where}"
    return [delivery_of(row) for row in tx.execute(sql, values)]
