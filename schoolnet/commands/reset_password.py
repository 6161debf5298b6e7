"""``schoolnet reset-password``: a plan that gives people new first passwords, and nothing else."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Annotated

import typer

from inventory.errors import UsageError
from inventory.messages import _, say
from inventory.records import Account, Enrolment, SchoolClass
from inventory.records.changes import Plan, Selection
from inventory.records.people import AccountState, Role
from inventory.store.queries import And, Eq
from inventory.store.reading import SqliteReader
from provisioning.engine.planning import make_plan
from schoolnet import compose
from schoolnet.commands._common import Json, change_count, new_app, place_of, print_plan
from schoolnet.output import ExitCode, texts
from schoolnet.place import Place

app = new_app()


@app.command()
def reset_password(
    context: typer.Context,
    users: Annotated[list[str] | None, typer.Argument(help=texts()(_("User names.")))] = None,
    class_name: Annotated[
        str, typer.Option("--class", help=texts()(_("All pupils of this class, with --school.")))
    ] = "",
    school: Annotated[
        str, typer.Option("--school", help=texts()(_("The class is of this school's number.")))
    ] = "",
    as_json: Json = False,
) -> None:
    """Plan new first passwords. Nothing is changed before the plan is applied."""
    if bool(class_name) != bool(school) or not (users or class_name):
        raise UsageError(say(_("Name user names, or a class with --class NAME --school NUMBER.")))
    place = place_of(context)
    with place.reader() as reader:
        chosen = dict.fromkeys(_class(place, reader, class_name, school), False)
        chosen |= dict.fromkeys((_person(reader, name) for name in users or []), True)
    made = _plan(place, chosen)
    print_plan(made, Selection(), as_json=as_json)
    raise typer.Exit(ExitCode.PENDING if change_count(made) else ExitCode.DONE)


def _person(reader: SqliteReader, user_name: str) -> str:
    """The person whose account in use has this name; raises UsageError."""
    account = next(reader.records(Account, Eq(field="user_name", value=user_name)), None)
    if account is None:
        message = _("No account has the user name {name}. `schoolnet find` looks for people.")
        raise UsageError(say(message, name=user_name))
    if account.state is not AccountState.ACTIVE:
        message = _("The account {name} is not in use (it is {state}): its password stays.")
        raise UsageError(say(message, name=user_name, state=account.state.value))
    return account.person


def _class(place: Place, reader: SqliteReader, name: str, number: str) -> Iterator[str]:
    """The pupils of a class today; raises UsageError when there is no such class."""
    if not name:
        return
    school = place.school(reader, number)
    where = And(parts=(Eq(field="school", value=school.id), Eq(field="name", value=name)))
    found = next(reader.records(SchoolClass, where), None)
    if found is None:
        message = _("{school} has no class {name}. `schoolnet list school_class` shows them.")
        raise UsageError(say(message, school=school.name, name=name))
    for place_in in reader.records(Enrolment, Eq(field="school_class", value=found.id)):
        begun = place_in.starts_on is None or place_in.starts_on <= place.today
        there = begun and (place_in.ends_on is None or place.today <= place_in.ends_on)
        if there and place_in.role is Role.STUDENT:
            yield place_in.person


def _plan(place: Place, chosen: dict[str, bool]) -> Plan:
    with ExitStack() as stack:
        reader = stack.enter_context(place.reader())
        writer = stack.enter_context(place.writer())
        planner = compose.reset_planner(place, chosen, place.today, stack)
        guards = compose.guards(place, reader, place.today)
        return make_plan([planner], reader, writer, guards, day=place.today.isoformat())
