"""A school year to the next: nearly everybody moves up, and who does not has a reason."""

from collections import Counter

import pytest

from provisioning.lab.city import City
from provisioning.lab.city_people import Pupil, Roll, Status, encoding_of, names_leavers
from provisioning.lab.city_years import rolls_of

CITY = City(seed=5, schools=12)
GOING_ON = {Status.ACTIVE, Status.ON_LEAVE, Status.PLANNED}


@pytest.fixture(scope="module")
def before() -> list[Roll]:
    return rolls_of(CITY, 2026)


@pytest.fixture(scope="module")
def after() -> list[Roll]:
    return rolls_of(CITY, 2027)


def present(roll: Roll) -> dict[int, Pupil]:
    return {p.record_id: p for p in roll.pupils if p.status in GOING_ON}


def test_pupils_stay_themselves_and_nearly_all_move_up(
    before: list[Roll], after: list[Roll]
) -> None:
    steps: Counter[int] = Counter()
    renamed = 0
    for old, new in zip(before, after, strict=True):
        pupils = present(old)
        for record_id, pupil in present(new).items():
            if record_id in pupils:
                steps[pupil.grade - pupils[record_id].grade] += 1
                assert pupil.born == pupils[record_id].born
                assert pupil.name.given == pupils[record_id].name.given
                renamed += pupil.name != pupils[record_id].name
    assert steps.keys() == {0, 1}
    assert steps[1] > 50 * steps[0] > 0
    assert 0 < renamed < 0.01 * steps.total()


def test_final_grade_leaves_named_by_some_schools_and_absent_at_others(
    before: list[Roll], after: list[Roll]
) -> None:
    for member, old, new in zip(CITY.members, before, after, strict=True):
        last = member.shape.last_grade
        leavers = {p.record_id for p in present(old).values() if p.grade == last}
        assert leavers
        assert leavers.isdisjoint(present(new))
        named = {p.record_id for p in new.pupils if p.status is Status.FINISHED}
        assert named == (leavers if names_leavers(member) else set())
        assert all(p.left is not None for p in new.pupils if p.record_id in named)


def test_few_leave_before_the_end(before: list[Roll], after: list[Roll]) -> None:
    gone = there = 0
    for member, old, new in zip(CITY.members, before, after, strict=True):
        staying = [p for p in present(old).values() if p.grade < member.shape.last_grade]
        there += len(staying)
        gone += sum(p.record_id not in present(new) for p in staying)
    assert 0 < gone < 0.03 * there


def test_first_grades_fill_up_again(before: list[Roll], after: list[Roll]) -> None:
    for member, old, new in zip(CITY.members, before, after, strict=True):
        first = member.shape.first_grade
        sizes = [sum(p.grade == first for p in present(roll).values()) for roll in (old, new)]
        assert sizes[1] == pytest.approx(sizes[0], abs=4)
        newcomers = [p for p in new.pupils if p.record_id >= old.next_record_id]
        assert all(p.record_id not in {q.record_id for q in old.pupils} for p in newcomers)


def test_primary_leavers_enter_the_fifth_grades(before: list[Roll], after: list[Roll]) -> None:
    leavers = {
        (p.name, p.born)
        for member, old in zip(CITY.members, before, strict=True)
        if member.shape.last_grade == 4
        for p in present(old).values()
        if p.grade == 4
    }
    arrived = {
        (p.name, p.born)
        for member, new in zip(CITY.members, after, strict=True)
        if member.shape.first_grade == 5
        for p in new.pupils
        if p.grade == 5
    }
    assert len(leavers & arrived) > 0.8 * len(leavers)


def test_some_change_school_and_get_a_new_number(before: list[Roll], after: list[Roll]) -> None:
    def grown(rolls: list[Roll]) -> dict[tuple[str, str, str], int]:
        return {
            (p.name.given, p.name.family, p.born.isoformat()): place
            for place, roll in enumerate(rolls)
            for p in present(roll).values()
            if 5 < p.grade < 13 or 1 < p.grade < 4
        }

    old, new = grown(before), grown(after)
    assert any(new[person] != school for person, school in old.items() if person in new)


def test_names_can_be_written_by_the_school_they_come_to(after: list[Roll]) -> None:
    for member, roll in zip(CITY.members, after, strict=True):
        assert all(p.name.fits(encoding_of(member)) for p in roll.pupils)
        assert all(t.name.fits(encoding_of(member)) for t in roll.teachers)


def test_staff_changes_a_little_and_no_code_is_given_twice(
    before: list[Roll], after: list[Roll]
) -> None:
    kept = left = renamed = 0
    for old, new in zip(before, after, strict=True):
        was = {teacher.guid: teacher for teacher in old.teachers}
        now = {teacher.guid: teacher for teacher in new.teachers}
        kept += len(was.keys() & now.keys())
        left += len(was.keys() - now.keys())
        both = was.keys() & now.keys()
        renamed += sum(was[guid].name != now[guid].name for guid in both)
        assert all(was[guid].code == now[guid].code for guid in both)
        hired = {now[guid].code for guid in now.keys() - was.keys()}
        assert hired.isdisjoint(teacher.code for teacher in old.teachers)
    assert 0 < left < 0.1 * kept
    assert 0 < renamed < 0.05 * kept


def test_there_is_no_year_before_the_first() -> None:
    with pytest.raises(ValueError, match="2026"):
        rolls_of(CITY, 2025)
