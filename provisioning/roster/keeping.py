"""Who would leave only because no row names them any more: not while it is asked who came instead.

A typo, a corrected name, a new number in the school's own database: somebody disappears, and
somebody alike appears at the same school. Whoever is locked out meanwhile is the one who sits in
the class.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set

from provisioning.roster.desired import Scope, Wish, Wishes
from provisioning.roster.people import Known, People, some_at_a_time


def missing_from(known: Known, wish: Wish, covered: Mapping[Scope, str]) -> set[Scope]:
    """Schools and roles that this person would leave by absence alone."""
    told = wish.left | wish.lost | {place[:2] for place in wish.places}
    return {place[:2] for place in known.enrolments if place[:2] in covered} - told


def kept_meanwhile(
    questions: Mapping[str, Sequence[str]], people: People, wishes: Wishes
) -> dict[str, Set[Scope]]:
    """What those a newcomer could be keep until it is decided: known person -> school and role.

    `questions`: newcomer -> everybody it could be. Only at the newcomer's school: who may have
    gone to another one waits in grace, as all who go there.
    """
    schools: defaultdict[str, set[str]] = defaultdict(set)
    for part in some_at_a_time(questions):
        for newcomer, wish in wishes.of(part).items():
            for person_id in questions[newcomer]:
                schools[person_id] |= {place[0] for place in wish.places}
    kept: dict[str, Set[Scope]] = {}
    for part in some_at_a_time(schools):
        wished = wishes.of(part)
        for person_id, known in people.of(part).items():
            missing = missing_from(known, wished.get(person_id) or Wish(), wishes.covered)
            if here := {scope for scope in missing if scope[0] in schools[person_id]}:
                kept[person_id] = here
    return kept
