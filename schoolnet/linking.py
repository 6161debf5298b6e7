"""Which persons of two schools' databases are one: open questions, and decisions that stay."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack

from inventory.errors import UsageError
from inventory.messages import Message, _, say
from inventory.records import Link, Person, School, SchoolClass
from inventory.records.base import Edit, derive_id
from inventory.store.deliveries import is_delivered
from inventory.store.reading import SqliteReader
from provisioning.roster.desired import Wish
from provisioning.roster.joining import find_likely
from provisioning.roster.people import Known
from schoolnet import compose
from schoolnet.place import Place
from tui.questions import Question, Side


def questions(place: Place, only: str = "") -> Iterator[Question]:
    """Newcomers who may be somebody we know, with everybody they could be; `only` one newcomer."""
    with ExitStack() as stack:
        reader = stack.enter_context(place.reader())
        (planner,) = compose.planners(place, ("roster",), place.today, stack)
        current, desired = planner.read(reader), planner.desired(reader)
        likely = find_likely(current, desired)
        schools = {school.id: school for school in reader.records(School)}
        sides = _Sides(schools, {**current.classes, **desired.classes})
        for newcomer, others in sorted(likely.open.items()):
            if only in ("", newcomer):
                wishes, known = desired.of([newcomer, *others]), current.of(others)
                new = sides.wished(newcomer, wishes[newcomer])
                for other in others:
                    if other in known:
                        side = sides.held(known[other])
                    else:
                        side = sides.wished(other, wishes[other])
                    yield Question(new, side)


class _Sides:
    """Makes sides, with the names of schools and classes."""

    def __init__(self, schools: Mapping[str, School], classes: Mapping[str, SchoolClass]) -> None:
        self._schools = schools
        self._classes = classes

    def wished(self, person: str, wish: Wish) -> Side:
        """Somebody whom only a delivery names."""
        return self._side(
            person, f"{wish.family_name}, {wish.given_name}", wish.birth_date, wish.places,
            {place[0] for place in wish.places}, wish.keys, "",
        )  # fmt: skip

    def held(self, known: Known) -> Side:
        """Somebody of the inventory."""
        person = known.person
        assert person is not None, "only people of the inventory are known"
        return self._side(
            person.id, f"{person.family_name}, {person.given_name}", person.birth_date,
            known.enrolments, {place[0] for place in known.enrolments} or {person.school},
            known.keys, known.account.user_name if known.account else "",
        )  # fmt: skip

    def _side(
        self, person: str, name: str, born: object, places: Iterable[tuple[str, str, str]],
        schools: Collection[str], keys: Iterable[tuple[str, str, str]], user_name: str,
    ) -> Side:  # fmt: skip
        return Side(
            person, name, str(born or ""),
            _listed(self._schools[school].name for school in schools if school in self._schools),
            _listed(self._classes[place[2]].name for place in places if place[2] in self._classes),
            _listed(f"{system} {record_id}" for system, _school, record_id in keys), user_name,
        )  # fmt: skip


def _listed(words: Iterable[str]) -> str:
    return ", ".join(sorted(set(words)))


def decide(
    place: Place, newcomer: str, others: Iterable[str], reason: str, *, same: bool
) -> list[Message]:
    """Store whether the newcomer is one with each of these; returns what is to be known.

    Raises UsageError, and decides nothing, when a reason is missing or one of them is nobody.
    """
    if not reason.strip():
        raise UsageError(say(_("Say why, for the journal: --reason TEXT.")))
    told = []
    with place.reader() as reader, place.writer() as writer:
        edits = []
        for known in others:
            _check(reader, newcomer, known)
            link = Link(
                id=derive_id("link", known, newcomer), person=known, other=newcomer, same=same
            )
            before = reader.get(Link, link.id)
            if before != link:
                edits.append(Edit(before, link))
            if before is not None and before.same != same:
                told.append(_reversed(newcomer, known, same=same))
        writer.edit(edits, reason)
    return told


def _reversed(newcomer: str, known: str, *, same: bool) -> Message:
    if same:
        message = _("{newcomer} and {known} were two people by an earlier decision; from now on "
                    "they are one. Look at the next plan before you apply it.")  # fmt: skip
    else:
        message = _("{newcomer} and {known} were one person by an earlier decision; from now on "
                    "they are two, with an account each. Look at the next plan before you "
                    "apply it.")  # fmt: skip
    return say(message, newcomer=newcomer, known=known)


def _check(reader: SqliteReader, newcomer: str, known: str) -> None:
    if reader.get(Person, known) is None and not is_delivered(reader, known):
        message = _("No person has the id {person}. `schoolnet links` lists who is open.")
        raise UsageError(say(message, person=known))
    known_of = is_delivered(reader, newcomer) or reader.get(Person, newcomer) is not None
    if newcomer == known or not known_of:
        message = _("No delivery names the person {person}. `schoolnet links` lists who is open.")
        raise UsageError(say(message, person=newcomer))
    back = reader.get(Link, derive_id("link", newcomer, known))
    if back is not None and back.same:
        message = _("{other} was joined with {person} already; the other way round is not needed.")
        raise UsageError(say(message, other=known, person=newcomer))
