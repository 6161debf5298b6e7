"""Which enrolments end, and whether that was to be expected."""

from collections.abc import Mapping

from inventory.records import Enrolment, School, SchoolClass
from inventory.records.changes import Expected
from provisioning.roster.desired import Scope, Wish
from provisioning.roster.people import Known
from provisioning.roster.telling import Ends


def ends_of(
    known: Known,
    wish: Wish,
    covered: Mapping[Scope, str],
    schools: Mapping[str, School],
    classes: Mapping[str, SchoolClass],
) -> Ends:
    """Which enrolments end. Only a covered scope, or the source's own word, ends one."""
    ends = Ends()
    wished_scopes = {(place[0], place[1]) for place in wish.places}
    for place, enrolment in known.enrolments.items():
        scope = (place[0], place[1])
        if place in wish.places or scope in wish.lost:
            continue
        if scope in wish.left or scope in wished_scopes:
            ends.places.append(place)  # the source says: left, or in another class now
            if scope not in wished_scopes:
                final = _was_final(enrolment, covered.get(scope, ""), schools, classes)
                ends.expected = _graver(ends.expected, Expected.FINAL if final else Expected.TOLD)
        elif scope in covered:
            ends.places.append(place)
            if _was_final(enrolment, covered[scope], schools, classes):
                ends.final = True
                ends.expected = _graver(ends.expected, Expected.FINAL)
            else:
                ends.inferred = True
    return ends


def _graver(one: Expected | None, other: Expected) -> Expected:
    return Expected.TOLD if Expected.TOLD in (one, other) else other


def _was_final(
    enrolment: Enrolment,
    year: str,
    schools: Mapping[str, School],
    classes: Mapping[str, SchoolClass],
) -> bool:
    """True for a pupil of last year's final grade: leaving is what one does then."""
    final = schools[enrolment.school].final_grade if enrolment.school in schools else None
    grade = classes[enrolment.school_class].grade if enrolment.school_class in classes else None
    return final is not None and grade == final and year > enrolment.school_year
