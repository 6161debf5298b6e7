"""``schoolnet deliveries``: what is in force of what the schools delivered; withdraw a mistake."""

from typing import Annotated

import typer

from inventory.errors import UsageError
from inventory.messages import _, say
from inventory.records.deliveries import Delivery
from inventory.reports.words import role_word
from inventory.store.deliveries import newest_deliveries
from inventory.store.withdrawing import Withdrawn, withdraw
from schoolnet.commands._common import Json, Reason, new_app, place_of
from schoolnet.commands._deliveries import Written
from schoolnet.output import put, put_json, put_table, tell, texts

app = new_app()


@app.callback(invoke_without_command=True)
def overview(
    context: typer.Context,
    school: Annotated[str, typer.Option("--school", help=texts()(_("Number of a school.")))] = "",
    as_json: Json = False,
) -> None:
    """List the deliveries in force, the newest first."""
    if context.invoked_subcommand:
        return
    place = place_of(context)
    with place.reader() as reader:
        only = place.school(reader, school).id if school else ""
        found, written = newest_deliveries(reader, only), Written(reader)
    if as_json:
        put_json([written.facts(delivery) for delivery in found])
        return
    titles = (_("Delivery"), _("Taken in"), _("School"), _("Role"), _("School year"), _("Rows"),
              _("Problems"), _("Source"), _("File"))  # fmt: skip
    put_table(titles, [_row(delivery, written) for delivery in found])


def _row(delivery: Delivery, written: Written) -> tuple[object, ...]:
    return (
        delivery.id, texts().moment(delivery.made_at), written.school(delivery),
        texts().render(role_word(delivery.role)), delivery.school_year, delivery.row_count,
        delivery.problem_count, delivery.source, delivery.file_name,
    )  # fmt: skip


@app.command("withdraw", help=texts()(_("Take back deliveries that were imported by mistake.")))
def withdraw_command(
    context: typer.Context,
    deliveries: Annotated[
        list[str],
        typer.Argument(metavar="DELIVERIES", help=texts()(_("Ids of deliveries in force."))),
    ],
    reason: Reason = "",
    as_json: Json = False,
) -> None:
    """What each source had delivered before is in force again."""
    if not reason.strip():
        raise UsageError(say(_("A delivery is withdrawn only with --reason TEXT.")))
    place = place_of(context)
    with place.reader() as reader, place.writer() as writer:
        done = withdraw(writer, deliveries, reason.strip())
        written = Written(reader)
        gone = {one.delivery.sha256 for one in done}
        left = [other for other in newest_deliveries(reader) if other.sha256 in gone]
    former = [one.former for one in done if one.former]
    if as_json:
        put_json({
            "schema": 1, "withdrawn": [written.facts(one.delivery) for one in done],
            "in_force": [written.facts(delivery) for delivery in former],
        })  # fmt: skip
    else:
        put(*(f"withdrawn {written.line(one.delivery)}" for one in done))
        put(*(f"delivery {written.line(delivery)}" for delivery in former))
    for one in done:
        _tell(one, written)
    if left:
        tell(_("Of the same file more is in force. If that is to be withdrawn too: schoolnet "
               "deliveries withdraw {deliveries} --reason TEXT"),
             deliveries=" ".join(delivery.id for delivery in left))  # fmt: skip


def _tell(one: Withdrawn, written: Written) -> None:
    delivery, former = one
    role, school = texts().render(role_word(delivery.role)), written.school(delivery)
    if former is None:
        message = _("{school} ({role}): {file} is withdrawn, and nothing of source {source} is in "
                    "force now. Nobody is taken for a leaver because of it; import the right "
                    "file.")  # fmt: skip
        tell(message, school=school, role=role, file=delivery.file_name, source=delivery.source)
        return
    message = _("{school} ({role}): {file} is withdrawn. In force again: {former} of {moment}, "
                "{count} rows. Make a new plan.")  # fmt: skip
    tell(message, school=school, role=role, file=delivery.file_name, former=former.file_name,
         moment=texts().moment(former.made_at), count=former.row_count)  # fmt: skip
