"""Another school's file, or ids that were renumbered: nobody gets somebody else's account."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from inventory.errors import GuardError
from inventory.records import Account, Person, School
from inventory.records.changes import Plan
from inventory.records.places import SchoolType
from inventory.rosters.settings import SourceSettings
from provisioning.roster.becoming import becomes_somebody_else
from tests.desk import Desk, guards, total

NORD = School(id="nord", number="012345", name="Nord", school_type=SchoolType.GYMNASIUM)
SOURCE = SourceSettings.model_validate({
    "name": "Nord", "files": "*", "format": "csv", "school": "012345", "roles": ["student"],
    "columns": {"record_id": "Nr", "family_name": "Name", "given_name": "Vorname",
                "birth_date": "Geboren", "school_class": "Klasse"},
})  # fmt: skip
NAMES = (
    "Ida;Abel", "Ben;Bach", "Tom;Cohn", "Lea;Dorn", "Kim;Eich", "Zoe;Funk",
    "Jan;Gans", "Eva;Hahn", "Max;Igel", "Pia;Jung", "Leo;Kern", "Mia;Lang",
)  # fmt: skip
PUPILS = [f"{name};{n:02}.05.2014;7a" for n, name in enumerate(NAMES, 1)]
STRANGERS = [f"Uwe{chr(97 + n)};Fremd{chr(97 + n)};{n + 1:02}.09.2015;7a" for n in range(12)]
GUARD = "identity:012345:student"


def delivered(desk: Desk, pupils: Iterable[str], first_id: int = 1) -> Plan:
    path = desk.place.folder / "pupils.csv"
    lines = (f"{n};{pupil}" for n, pupil in enumerate(pupils, first_id))
    path.write_text("\n".join(("Nr;Vorname;Name;Geboren;Klasse", *lines, "")), "utf-8")
    desk.take_in(SOURCE, path)
    return desk.plan()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Twelve pupils have accounts; that of the first is protected."""
    found = Desk(tmp_path / "place", '[guards]\nprotected_accounts = ["ida.abel"]\n')
    found.add(NORD)
    found.apply(delivered(found, PUPILS))
    return found


def owners(desk: Desk) -> dict[str, str]:
    """User name -> family name of whom it belongs to."""
    with desk.place.reader() as reader:
        people = {person.id: person.family_name for person in reader.records(Person)}
        return {one.user_name: people[one.person] for one in reader.records(Account)}


def test_renumbered_ids_give_nobody_the_account_of_another(desk: Desk) -> None:
    before = owners(desk)
    plan = delivered(desk, ["Ada;Aal;05.05.2015;7a", *PUPILS])
    assert GUARD in guards(plan)
    (hold,) = (hold for hold in plan.holds if hold.name == GUARD)
    assert len(hold.changes) == 12
    assert "12 of 13" in str(hold.message)
    with pytest.raises(GuardError, match=GUARD):
        desk.apply(plan)
    assert owners(desk) == before


def test_another_schools_file_is_held_and_can_be_lifted(desk: Desk) -> None:
    plan = delivered(desk, STRANGERS)
    assert GUARD in guards(plan)
    desk.apply(plan, lift=tuple(guards(plan)))
    assert owners(desk)["tom.cohn"] == "Fremdc", "somebody wanted it"


def test_two_are_a_schools_own_mistakes_unless_the_account_is_protected(desk: Desk) -> None:
    plan = delivered(desk, [*PUPILS[:10], *STRANGERS[10:]])
    assert (total(plan), guards(plan)) == (2, [])
    assert guards(delivered(desk, [*PUPILS[:9], *STRANGERS[9:]])) == [GUARD]
    plan = delivered(desk, [STRANGERS[0], *PUPILS[1:]])
    (hold,) = plan.holds
    assert hold.name.startswith("protected:")
    assert "somebody else" in str(hold.message)


def test_corrections_of_a_whole_school_are_no_other_people(desk: Desk) -> None:
    swapped = ["{1};{0};{2};{3}".format(*pupil.split(";")) for pupil in PUPILS]
    plan = delivered(desk, swapped)
    assert (total(plan), guards(plan)) == (12, [])
    married = [pupil.replace(";", ";Neu-", 1) for pupil in PUPILS]
    assert guards(delivered(desk, married)) == []


MARCH, MAY = date(2014, 3, 2), date(2014, 5, 3)


@pytest.mark.parametrize(("before", "after", "other"), [
    (("Ida", "Abel", MARCH), ("Ben", "Bach", MARCH), True),
    (("Ida", "Abel", MARCH), ("Ben", "Abel", MAY), True),
    (("Ida", "Abel", MARCH), ("Ida", "Bach", MAY), True),
    (("Ida", "Abel", None), ("Ben", "Bach", MAY), True),
    (("Ida", "Abel", None), ("Ben", "Abel", MAY), False),
    (("Ida", "Abel", MARCH), ("Ida", "Bach", MARCH), False),
    (("Ida", "Abel", MARCH), ("Ida", "Abel", MAY), False),
    (("René", "Müller", MARCH), ("Rene", "Mueller", MAY), False),
    (("Ida Maria", "Abel Bach", MARCH), ("Ida", "Abel-Bach", MAY), False),
    (("Ida Maria", "von Abel", MARCH), ("von Abel", "Ida Maria", MARCH), False),
])  # fmt: skip
def test_who_is_somebody_else(
    before: tuple[str, str, date | None], after: tuple[str, str, date | None], other: bool
) -> None:
    one, two = (Person(school="nord", given_name=given, family_name=family, birth_date=born)
                for given, family, born in (before, after))  # fmt: skip
    assert becomes_somebody_else(one, two) is other
