"""What the schools delivered: rows, and one delivery in words."""

from collections.abc import Iterable, Sequence

from inventory.rosters.rows import Problem
from tui.inventory_sources import Import
from tui.pagers import Look, Row
from tui.presenters.changes import Detail
from tui.presenters.fields import field_label, field_text
from tui.texts import Texts

MOST_PROBLEMS = 200


def in_order(imports: Iterable[Import]) -> list[Import]:
    """Those in no plan first, then those with most problems."""
    return sorted(imports, key=lambda i: (i.planned, -i.delivery.problem_count, i.school))


def import_rows(imports: Sequence[Import], texts: Texts) -> list[tuple[str, Row]]:
    """School, role, year, how many rows and problems, when."""
    return [(taken.delivery.id, _row(taken, texts)) for taken in imports]


def _row(taken: Import, texts: Texts) -> Row:
    delivery = taken.delivery
    cells = (
        taken.school,
        field_text("role", delivery.role, texts),
        delivery.school_year,
        texts.number(delivery.row_count),
        f"! {texts.number(delivery.problem_count)}" if delivery.problem_count else "",
        "" if taken.planned else texts("not yet"),
        texts.moment(delivery.made_at),
    )
    return Row(cells, Look.WARNING if delivery.problem_count else Look.NORMAL)


def import_detail(taken: Import, problems: Sequence[Problem], texts: Texts) -> Detail:
    """A delivery in words: what came when from where, and what was wrong in it."""
    delivery = taken.delivery
    lines = [] if taken.planned else [texts("It is in no plan yet: schoolnet plan")]
    if not delivery.absence_counts:
        lines.append(texts("Rows were lost: who is missing in it is not taken for a leaver."))
    for problem in problems[:MOST_PROBLEMS]:
        inner = "" if problem.file == delivery.file_name else f"{problem.file}: "
        lines.append(inner + texts.render(problem.message))
    if len(problems) > MOST_PROBLEMS:
        more = len(problems) - MOST_PROBLEMS
        lines.append(texts("and {count} more", count=texts.number(more)))
    facts = (
        (field_label("school", texts), taken.school),
        (field_label("role", texts), field_text("role", delivery.role, texts)),
        (field_label("school_year", texts), delivery.school_year),
        (texts("Rows"), texts.number(delivery.row_count)),
        (texts("Problems"), texts.number(delivery.problem_count)),
        (texts("Taken in"), texts.moment(delivery.made_at)),
        (texts("By"), delivery.actor),
        (texts("Source"), delivery.source),
        (texts("Format"), f"{delivery.format}, {delivery.encoding}"),
        (texts("SHA-256"), delivery.sha256),
    )
    return Detail(delivery.file_name, tuple(lines), facts)
