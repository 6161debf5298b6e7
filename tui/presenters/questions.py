"""Open questions: rows, and the two sides of one beside each other."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from inventory.messages import _
from tui.pagers import Look, Row
from tui.presenters.changes import Detail, Field
from tui.presenters.fields import NOTHING, field_label
from tui.questions import Question, Side
from tui.texts import Texts
from tui.widgets.columns import Column

SIDES = (_("newcomer"), _("known"))
LATER = "…"


def question_columns(texts: Texts) -> list[Column]:
    """The newcomer first: it is who gets no account until it is decided."""
    return [
        Column("?"),
        Column(texts("Newcomer")), Column(texts("School")),
        Column(texts("May be")), Column(texts("School")),
    ]  # fmt: skip


def in_order(questions: Sequence[Question], later: Collection[Question]) -> list[Question]:
    """Those that were put off come last."""
    return sorted(questions, key=lambda question: question in later)


def question_rows(
    questions: Sequence[Question], later: Collection[Question], texts: Texts
) -> list[tuple[Question, Row]]:
    """One row for each two."""
    return [(question, _row(question, question in later)) for question in questions]


def _row(question: Question, later: bool) -> Row:
    new, known = question
    cells = (LATER if later else "?", new.name, new.schools, known.name, known.schools)
    return Row(cells, Look.MUTED if later else Look.NORMAL)


def question_detail(question: Question, texts: Texts) -> Detail:
    """Both sides, line by line; what differs has a sign."""
    compared = [
        Field(label, new, known, differs=new != known)
        for label, new, known in _compared(question, texts)
    ]
    alike = ", ".join(field.name for field in compared if not field.differs) or NOTHING
    return Detail(
        texts("One person, or two?"),
        (texts("The same: {names}", names=alike),),
        fields=(*compared, *_own(question, texts)),
        heads=(texts(SIDES[0]), texts(SIDES[1])),
    )


def side_line(side: Side, texts: Texts) -> str:
    """One of the two in a line."""
    parts = (side.name, _day(side.born, texts), side.schools, side.classes, side.user_name)
    return " · ".join(filter(None, parts))


def _compared(question: Question, texts: Texts) -> Iterator[tuple[str, str, str]]:
    new, known = question
    yield texts("Name"), new.name, known.name
    yield field_label("birth_date", texts), _day(new.born, texts), _day(known.born, texts)
    yield field_label("school", texts), new.schools or NOTHING, known.schools or NOTHING
    yield field_label("school_class", texts), new.classes or NOTHING, known.classes or NOTHING


def _own(question: Question, texts: Texts) -> Iterator[Field]:
    """What two databases never have in common, and says nothing."""
    new, known = question
    yield Field(field_label("record_id", texts), new.ids or NOTHING, known.ids or NOTHING)
    name = field_label("user_name", texts)
    yield Field(name, new.user_name or NOTHING, known.user_name or NOTHING)


def _day(born: str, texts: Texts) -> str:
    return texts.day(date.fromisoformat(born)) if born else NOTHING
