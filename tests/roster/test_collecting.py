"""Several deliveries of one school put together."""

from datetime import date
from pathlib import Path

import pytest

from inventory.errors import StaleError
from inventory.records import School
from inventory.records.deliveries import Delivery
from inventory.rosters.settings import SourceSettings
from inventory.store.deliveries import DeliveredRows
from provisioning.roster.desired import Wishes
from provisioning.roster.links import Links
from tests.desk import Desk
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


def test_rows_that_go_while_a_plan_is_made_end_it(tmp_path: Path) -> None:
    """One import meanwhile leaves them there; after two, people would seem to have left."""
    desk = Desk(tmp_path / "place")
    desk.add(School.model_validate(
        {"id": "north", "number": "012345", "name": "Nord", "school_type": "Gymnasium"}
    ))  # fmt: skip
    source = SourceSettings.model_validate(
        {"name": "Nord", "files": "*", "format": "schild", "school": "012345", "roles": ["student"]}
    )
    file = tmp_path / "SchuelerBasisdaten.dat"

    def take_in(given_name: str) -> None:
        lines = "Nachname|Vorname|Geburtsdatum|Klasse|Status", f"Huber|{given_name}|02.03.2016|4a|2"
        file.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        desk.take_in(source, file)

    take_in("Ida")
    with desk.place.reader() as reader:
        found = Wishes(DeliveredRows(reader), date(2026, 8, 20), Links(()))
        take_in("Ada")
        found.check_kept()
        assert [wish.given_name for wish in found.of(found.ids).values()] == ["Ida"]
        take_in("Eda")
        with pytest.raises(StaleError, match="Plan again"):
            found.check_kept()
