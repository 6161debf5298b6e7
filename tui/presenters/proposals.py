"""A proposed group of moves: rows, and one of them in words."""

from collections.abc import Sequence

from tui.decisions import Move, Whereabouts
from tui.pagers import Row
from tui.presenters.changes import Detail, planned_detail
from tui.presenters.fields import NOTHING, field_label
from tui.sources import PlannedChange
from tui.texts import Texts
from tui.widgets.columns import Column


def moves_head(moves: Sequence[Move], texts: Texts) -> str:
    """How many, and why they are thought to be people we know."""
    return texts.plural(
        "{count} person with the name and birth date of somebody we know",
        "{count} persons with the names and birth dates of people we know",
        len(moves),
    )


def move_columns(texts: Texts) -> list[Column]:
    """Who, from where, to where, with which account."""
    return [
        Column(texts("Name")),
        Column(field_label("birth_date", texts)),
        Column(texts("Until now at")),
        Column(texts("Then at")),
        Column(field_label("user_name", texts)),
    ]


def move_rows(moves: Sequence[Move], texts: Texts) -> list[tuple[str, Row]]:
    """One row for each person."""
    return [(move.change.id, Row(tuple(_cells(move, texts)))) for move in moves]


def move_detail(move: Move, texts: Texts) -> Detail:
    """The whole change."""
    return planned_detail(PlannedChange(move.change), (), texts)


def _cells(move: Move, texts: Texts) -> Sequence[str]:
    born = texts.day(move.born) if move.born else NOTHING
    return move.name, born, _place(move.now), _place(move.after), move.user_name or NOTHING


def _place(where: Whereabouts) -> str:
    return ", ".join(filter(None, where)) or NOTHING
