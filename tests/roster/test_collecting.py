"""Several deliveries of one school put together."""

from datetime import date

from inventory.records.deliveries import Delivery
from provisioning.roster.desired import Wishes
from provisioning.roster.links import Links
from tests.roster.delivered import Delivered


def delivery(source: str, year: str, *, whole: bool = True) -> Delivery:
    return Delivery(
        id=source, made_at=1, actor="anna", source=source, system="schild", school="north",
        role="student", school_year=year, file_name="f.csv", sha256="", size=1, format="schild",
        encoding="utf-8", row_count=0, problem_count=0, absence_counts=whole,
    )  # fmt: skip


def wishes(*deliveries: Delivery, day: date) -> Wishes:
    return Wishes(Delivered(*((one, []) for one in deliveries)), day, Links(()))


def test_the_latest_year_of_a_school_counts_for_who_left() -> None:
    """Else the final grade of last year would count against the limit of leavers."""
    one, two = delivery("upper", "2027/28"), delivery("lower", "2026/27")
    for order in ((one, two), (two, one)):
        found = wishes(*order, day=date(2027, 8, 20))
        assert found.covered == {("north", "student"): "2027/28"}
    part = delivery("lower", "2028/29", whole=False)
    assert wishes(part, day=date(2028, 8, 20)).covered == {}
    both = wishes(one, part, day=date(2028, 8, 20))
    assert both.covered == {}, "the plan calls such a scope partial: nobody there has left"
