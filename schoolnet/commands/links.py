"""``schoolnet links``: which persons of two schools' databases are one. Asked once, kept."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Annotated, NamedTuple

import typer

from inventory.errors import UsageError
from inventory.messages import _, say
from inventory.records import Link, Person, School
from inventory.records.base import Edit, derive_id
from inventory.store.deliveries import is_delivered
from inventory.store.reading import SqliteReader
from provisioning.roster.desired import Wish
from provisioning.roster.joining import find_likely
from provisioning.roster.wishing import Known
from schoolnet import compose
from schoolnet.commands._common import Json, Reason, new_app, place_of
from schoolnet.output import put, put_json, put_table, tell, texts
from schoolnet.place import Place

app = new_app()
NewcomerId = Annotated[
    str, typer.Argument(metavar="NEWCOMER", help=texts()(_("Id of the person who is new.")))
]


class _Side(NamedTuple):
    """One of two who could be the same."""

    id: str
    name: str
    born: str
    schools: str


class _Question(NamedTuple):
    """A newcomer, and somebody whom they could be."""

    newcomer: _Side
    known: _Side


@app.callback(invoke_without_command=True)
def overview(context: typer.Context, as_json: Json = False) -> None:
    """List newcomers who may be somebody we know. They have no account until it is decided."""
    if context.invoked_subcommand:
        return
    found = list(_questions(place_of(context)))
    if as_json:
        put_json([{"newcomer": q.newcomer._asdict(), "known": q.known._asdict()} for q in found])
        return
    titles = (_("Newcomer"), _("Name"), _("Born"), _("School"), _("Known"), _("Name"), _("Born"),
              _("School"))  # fmt: skip
    put_table(titles, [(*q.newcomer, *q.known) for q in found])
    if found:
        tell(_("The same: schoolnet links join NEWCOMER KNOWN --reason TEXT. Two different people: "
               "schoolnet links separate NEWCOMER KNOWN --reason TEXT."))  # fmt: skip


@app.command(
    help=texts()(_("Two are one person: the newcomer keeps the account of the known one."))
)
def join(
    context: typer.Context,
    newcomer: NewcomerId,
    known: Annotated[
        str, typer.Argument(metavar="KNOWN", help=texts()(_("Id of the person we know.")))
    ],
    reason: Reason = "",
) -> None:
    """Store that two persons are one. The next plan shows what follows."""
    place = place_of(context)
    _decide(place, newcomer, [known], reason, same=True)
    put("links 1")


@app.command(help=texts()(_("Two are different people, and are never asked about again.")))
def separate(
    context: typer.Context,
    newcomer: NewcomerId,
    known: Annotated[
        str,
        typer.Argument(
            metavar="KNOWN", help=texts()(_("Id of the person we know; none: all it could be."))
        ),
    ] = "",
    reason: Reason = "",
) -> None:
    """Store that two persons are not one. The next plan gives the newcomer an account."""
    place = place_of(context)
    others = [known] if known else [q.known.id for q in _questions(place, newcomer)]
    if not others:
        message = _("Nothing is open about {person}. `schoolnet links` lists what is.")
        raise UsageError(say(message, person=newcomer))
    _decide(place, newcomer, others, reason, same=False)
    put(f"links {len(others)}")


def _decide(place: Place, newcomer: str, others: list[str], reason: str, *, same: bool) -> None:
    if not reason.strip():
        raise UsageError(say(_("Say why, for the journal: --reason TEXT.")))
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
                _tell_reversed(newcomer, known, same=same)
        writer.edit(edits, reason)


def _tell_reversed(newcomer: str, known: str, *, same: bool) -> None:
    if same:
        message = _("{newcomer} and {known} were two people by an earlier decision; from now on "
                    "they are one. Look at the next plan before you apply it.")  # fmt: skip
    else:
        message = _("{newcomer} and {known} were one person by an earlier decision; from now on "
                    "they are two, with an account each. Look at the next plan before you "
                    "apply it.")  # fmt: skip
    tell(message, newcomer=newcomer, known=known)


def _check(reader: SqliteReader, newcomer: str, known: str) -> None:
    if reader.get(Person, known) is None:
        if is_delivered(reader, known):
            message = _(
                "{person} is only in a delivery so far. Apply a plan that takes this person "
                "in, and decide then."
            )
            raise UsageError(say(message, person=known))
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


def _questions(place: Place, only: str = "") -> Iterator[_Question]:
    with ExitStack() as stack:
        reader = stack.enter_context(place.reader())
        (planner,) = compose.planners(place, ("roster",), place.today, stack)
        current, desired = planner.read(reader), planner.desired(reader)
        schools, classes = current.schools, {**current.classes, **desired.classes}
        likely = find_likely(current.known, current.links, desired, schools, classes)
        for newcomer, others in sorted(likely.open.items()):
            if only in ("", newcomer):
                new = _wished(newcomer, desired.people[newcomer], schools)
                for other in others:
                    if other in current.known:
                        side = _held(current.known[other], schools)
                    else:
                        side = _wished(other, desired.people[other], schools)
                    yield _Question(new, side)


def _wished(person: str, wish: Wish, schools: Mapping[str, School]) -> _Side:
    places = {place[0] for place in wish.places}
    return _side(person, wish.family_name, wish.given_name, wish.birth_date, places, schools)


def _held(known: Known, schools: Mapping[str, School]) -> _Side:
    person = known.person
    assert person is not None, "only people of the inventory are known"
    places = {place[0] for place in known.enrolments} or {person.school}
    return _side(
        person.id, person.family_name, person.given_name, person.birth_date, places, schools
    )


def _side(
    person: str, family: str, given: str, born: object, places: set[str],
    schools: Mapping[str, School],
) -> _Side:  # fmt: skip
    names = ", ".join(sorted(schools[place].name for place in places if place in schools))
    return _Side(person, f"{family}, {given}", str(born or ""), names)
