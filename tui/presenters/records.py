"""Lists of records, one record in words, and its history."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from inventory.records import KINDS
from inventory.search import search_words
from inventory.store.queries import And, Contains, Filter, Order, Query, Value
from tui.inventory_sources import RecordEvent, ShownRecord
from tui.lives import Life
from tui.pagers import Look, Row
from tui.presenters.changes import Detail, field_changes
from tui.presenters.fields import (
    NOTHING,
    cell_text,
    event_action,
    event_kind,
    field_label,
    field_text,
)
from tui.presenters.lives import life_lines
from tui.presenters.names import TARGETS
from tui.texts import Texts
from tui.widgets.columns import Column

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "school": ("name", "number", "school_type", "final_grade"),
    "site": ("name", "school", "street", "postal_code", "town"),
    "building": ("name", "school", "site"),
    "room": ("name", "school", "building", "floor", "use"),
    "device": ("serial", "category", "model", "school", "room", "mac", "status"),
    "access_point": ("name", "school", "room", "serial", "mac", "interface", "status"),
    "switch": ("name", "address", "platform", "school", "room", "managed_by"),
    "interface": ("name", "switch", "profile", "description", "school", "room"),
    "lag": ("name", "switch", "profile"),
    "vlan": ("name", "vlan_id", "role", "school"),
    "ssid": ("name", "role", "school"),
    "port_profile": ("name", "use", "untagged", "tagged", "school"),
    "person": ("family_name", "given_name", "school"),
    "source_key": ("record_id", "system", "school", "person"),
    "link": ("person", "other", "same"),
    "school_class": ("name", "grade", "school"),
    "enrolment": ("person", "role", "school_class", "school", "school_year"),
    "loan": ("device", "person", "lent_on", "returned_on", "school"),
    "account": ("user_name", "state", "school", "person", "email"),
}
"""The columns of each kind. The first says what the record is called: it stays when others move."""

_LOOKS: Mapping[tuple[str, Value], Look] = {
    ("status", "defective"): Look.WARNING,
    ("status", "missing"): Look.WARNING,
    ("status", "retired"): Look.MUTED,
    ("state", "grace"): Look.WARNING,
    ("state", "disabled"): Look.MUTED,
    ("state", "deleted"): Look.MUTED,
}
_UP, _DOWN = "▲", "▼"
_FIRST_ORDERS = {"interface": "switch", "lag": "switch", "enrolment": "person", "link": "person"}
"""Kinds whose own reading order says little: every switch has the same names."""


@dataclass(frozen=True, slots=True)
class View:
    """What a list shows: a kind, one order, a given filter with its name's id, typed words."""

    kind: str
    order: Order
    where: Filter | None = None
    named: str = ""
    typed: str = ""

    @property
    def query(self) -> Query:
        """The question to the store."""
        words = search_words(self.typed)
        parts = [*filter(None, [self.where]), *([Contains(text=words)] if words else [])]
        where = And(parts=tuple(parts)) if parts else None
        columns = COLUMNS[self.kind]
        return Query(kind=self.kind, where=where, order=(self.order,), columns=columns)

    def next_order(self) -> Order:
        """Sorted by the next column; after the last one by the first."""
        columns = COLUMNS[self.kind]
        return Order(field=columns[(columns.index(self.order.field) + 1) % len(columns)])

    def turned(self) -> Order:
        """The same order from the other end."""
        return Order(field=self.order.field, descending=not self.order.descending)


def first_view(kind: str, where: Filter | None = None, named: str = "") -> View:
    """A list as it is opened, in the reading order of its kind."""
    order = _FIRST_ORDERS.get(kind) or KINDS[kind].sorted_by[0]
    return View(kind, Order(field=order), where, named)


def columns_of(view: View, texts: Texts) -> list[Column]:
    """The columns of a list, with a sign at the one it is sorted by."""
    sign = _DOWN if view.order.descending else _UP
    return [
        Column(f"{field_label(name, texts)}{f' {sign}' if name == view.order.field else ''}")
        for name in COLUMNS[view.kind]
    ]


def head_line(view: View, shown: int, total: int, texts: Texts) -> str:
    """How many of how many, which of them, in what order."""
    parts = [texts("{shown} of {total}", shown=texts.number(shown), total=texts.number(total))]
    if view.named:
        parts.append(texts("only: {named}", named=texts(view.named)))
    if view.typed:
        parts.append(texts("with: {words}", words=view.typed))
    name = field_label(view.order.field, texts)
    sign = _DOWN if view.order.descending else _UP
    return " · ".join([*parts, texts("sorted: {column} {sign}", column=name, sign=sign)])


def row_of(view: View, texts: Texts) -> Callable[[tuple[Value, ...]], Row]:
    """Makes a row of stored values."""
    names = COLUMNS[view.kind]

    def render(values: tuple[Value, ...]) -> Row:
        pairs = list(zip(names, values, strict=True))
        look = next((_LOOKS[pair] for pair in pairs if pair in _LOOKS), Look.NORMAL)
        return Row(tuple(cell_text(name, value, texts) for name, value in pairs), look)

    return render


def record_detail(record: ShownRecord, life: Life | None, texts: Texts) -> Detail:
    """A record in words: what is known of it, and the columns of its list that are empty.

    `life` is that of the account it is or has.
    """
    columns = COLUMNS[record.kind]
    facts = tuple(
        (field_label(name, texts), field_text(name, value, texts))
        for name, value in record.fields.items()
        if name in columns or field_text(name, value, texts) != NOTHING
    )
    return Detail(
        record_title(record, texts),
        (event_kind(record.kind, texts), *(life_lines(life, texts) if life else ())),
        (*facts, (field_label("id", texts), record.id)),
    )


def record_title(record: ShownRecord, texts: Texts) -> str:
    """What a record is called; one without a name by its first column."""
    first = COLUMNS[record.kind][0]
    return record.name or field_text(first, record.fields.get(first), texts)


def event_rows(events: Sequence[RecordEvent], texts: Texts) -> list[tuple[int, Row]]:
    """A record's history: when, who, what."""
    return [(number, _event_row(event, texts)) for number, event in enumerate(events)]


def _event_row(event: RecordEvent, texts: Texts) -> Row:
    moment = texts.moment(event.time)
    if event.erased:
        return Row((moment, NOTHING, f"{_happened(event, texts)} {texts('(erased)')}"), Look.MUTED)
    changes = "; ".join(
        f"{change.name}: {change.now} → {change.after}"
        for change in field_changes(event.before, event.after, texts)
    )
    what = f"{_happened(event, texts)}  {changes if event.before and event.after else ''}"
    return Row((moment, event.actor or NOTHING, what.strip()))


def event_detail(event: RecordEvent, texts: Texts) -> Detail:
    """One entry of the history in full."""
    lines = [texts("{moment} by {actor}", moment=texts.moment(event.time),
                   actor=event.actor or NOTHING)]  # fmt: skip
    lines += [texts.render(message) for message in event.said]
    if event.erased:
        lines.append(texts("The content of this entry was erased."))
    if event.run:
        lines.append(texts("Run {run}", run=event.run))
    return Detail(
        _happened(event, texts), tuple(lines),
        fields=tuple(field_changes(event.before, event.after, texts)),
    )  # fmt: skip


def _happened(event: RecordEvent, texts: Texts) -> str:
    """``Network, VLAN 30: done`` for what a run did outside; ``changed`` for the record."""
    if event.target:
        target = texts(TARGETS[event.target]) if event.target in TARGETS else event.target
        return f"{target}, {event.key}: {event_action(event.kind, event.action, texts)}"
    action = event_action(event.kind, event.action, texts)
    return action if event.kind in COLUMNS else f"{event_kind(event.kind, texts)}: {action}"
