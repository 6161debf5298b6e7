"""Which persons are one: decisions that were made, and what is still open.

A person gets an id when a delivery is taken in. A school's database knows nothing of the
others, so a pupil who goes to another school comes as somebody new. Here such newcomers are
compared with the people we know. Nothing is joined silently: a clear case is proposed for
approval, an unclear one waits until somebody decides.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field

from inventory.records import Link
from inventory.store.protocol import Reader
from provisioning.roster.candidates import Crowd
from provisioning.roster.comparing import Somebody, is_free


class Links:
    """The stored decisions."""

    def __init__(self, links: Iterable[Link]) -> None:
        self._same: dict[str, str] = {}
        self._apart: set[frozenset[str]] = set()
        self._stand_for: defaultdict[str, list[str]] | None = None
        for link in links:
            if link.same:
                self._same[link.other] = link.person
            else:
                self._apart.add(frozenset((link.person, link.other)))

    def resolve(self, person: str) -> str:
        """The person whom an id stands for: itself, unless it was joined with another."""
        seen = {person}
        while (one := self._same.get(person)) is not None and one not in seen:
            person = one
            seen.add(one)
        return person

    def stand_for(self, person: str) -> Sequence[str]:
        """The other ids that stand for a person."""
        if self._stand_for is None:
            self._stand_for = defaultdict(list)
            for other in self._same:
                if (one := self.resolve(other)) != other:
                    self._stand_for[one].append(other)
        return self._stand_for.get(person, ())

    def apart(self, one: str, other: str) -> bool:
        """True when it was decided that these two are not one."""
        return bool(self._apart) and frozenset((one, other)) in self._apart


@dataclass
class Likely:
    """What likeness says of the newcomers.

    `moves`: newcomer -> the one known person with this name and birth date, who is not named
    elsewhere for the same year. `open`: newcomer -> everybody it could be. `kept`: known person
    -> schools and roles that they keep until it is decided whether a newcomer is they.
    """

    moves: dict[str, str] = field(default_factory=dict)
    open: dict[str, tuple[str, ...]] = field(default_factory=dict)
    kept: dict[str, Set[tuple[str, str]]] = field(default_factory=dict)


def stored_links(inventory: Reader) -> Links:
    """All decisions."""
    return Links(inventory.records(Link))


def compare_newcomers(
    newcomers: Iterable[Somebody], known: Iterable[Somebody], held: Set[str], links: Links
) -> Likely:
    """Compare everybody the inventory does not hold yet with those it holds, and each other.

    `held` are the ids of those it holds; who of them was joined with another is not in `known`.
    Of two newcomers who are alike the one of the earlier school year is taken in, else the one
    who comes first here; the other is asked about.
    """
    waiting = sorted(newcomers, key=lambda one: one.year)
    if not waiting:
        return Likely()
    crowd = Crowd(known, waiting)
    likely = Likely()
    claims: defaultdict[str, list[str]] = defaultdict(list)
    for newcomer in waiting:
        found = crowd.like(newcomer)
        exact = [one for one in found.exact if not links.apart(one.id, newcomer.id)]
        near = [one for one in found.near if not links.apart(one.id, newcomer.id)]
        if len(exact) == 1 and exact[0].id in held and is_free(exact[0], newcomer):
            likely.moves[newcomer.id] = exact[0].id
            claims[exact[0].id].append(newcomer.id)
        elif exact or near:
            likely.open[newcomer.id] = tuple(sorted(one.id for one in exact or near))
        else:
            crowd.add(newcomer)
    for claimed, several in claims.items():
        if len(several) > 1:
            for newcomer_id in several:
                del likely.moves[newcomer_id]
                likely.open[newcomer_id] = (claimed,)
    return likely
