"""``schoolnet links``: which persons of two schools' databases are one. Asked once, kept."""

from collections.abc import Iterable
from typing import Annotated

import typer

from inventory.errors import UsageError
from inventory.messages import _, say
from schoolnet.commands._common import Json, Reason, new_app, place_of
from schoolnet.linking import decide, questions
from schoolnet.output import put, put_json, put_table, tell, texts
from schoolnet.place import Place

app = new_app()
NewcomerId = Annotated[
    str, typer.Argument(metavar="NEWCOMER", help=texts()(_("Id of the person who is new.")))
]


@app.callback(invoke_without_command=True)
def overview(context: typer.Context, as_json: Json = False) -> None:
    """List newcomers who may be somebody we know. They have no account until it is decided."""
    if context.invoked_subcommand:
        return
    found = list(questions(place_of(context)))
    if as_json:
        put_json([{"newcomer": q.newcomer._asdict(), "known": q.known._asdict()} for q in found])
        return
    titles = (_("Newcomer"), _("Name"), _("Born"), _("School"), _("Known"), _("Name"), _("Born"),
              _("School"))  # fmt: skip
    put_table(titles, [(*q.newcomer[:4], *q.known[:4]) for q in found])
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
    others = [known] if known else [q.known.id for q in questions(place, newcomer)]
    if not others:
        message = _("Nothing is open about {person}. `schoolnet links` lists what is.")
        raise UsageError(say(message, person=newcomer))
    _decide(place, newcomer, others, reason, same=False)
    put(f"links {len(others)}")


def _decide(place: Place, newcomer: str, others: Iterable[str], reason: str, *, same: bool) -> None:
    for message in decide(place, newcomer, others, reason, same=same):
        tell(message)
