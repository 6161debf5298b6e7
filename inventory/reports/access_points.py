"""Every access point, and the switch interface it hangs on."""

from collections.abc import Iterator

from inventory.messages import _
from inventory.reports.listing import Places, in_order, lookup, window_pages
from inventory.reports.questions import Question, Report
from inventory.reports.tables import Column, Row
from inventory.reports.words import DEVICE_STATUS, FIELDS, word
from inventory.store.reading import SqliteReader

_FIELDS = ("school", "room", "name", "model", "serial", "mac", "status", "interface")


def _rows(reader: SqliteReader, question: Question) -> Iterator[Row]:
    places = Places(reader)
    keys = in_order(reader, "access_point", question.in_school, ("school", "room"), places.rank)
    for page in window_pages(reader, "access_point", keys, _FIELDS):
        ports = lookup(reader, "interface", (p["interface"] for p in page), ("name", "switch"))
        switches = lookup(reader, "switch", (switch for _name, switch in ports.values()), ("name",))
        for point in page:
            interface, switch = ports.get(point["interface"], ("", ""))
            yield (
                *places.school(point["school"]),
                *places.room(point["room"]),
                point["name"],
                point["model"],
                point["serial"],
                point["mac"],
                word(DEVICE_STATUS, point["status"]),
                *switches.get(switch, ("",)),
                interface,
            )


ACCESS_POINTS = Report(
    name="access-points",
    title=_("Access points with switch and interface"),
    columns=(
        Column("school_number", FIELDS["number"]),
        Column("school", FIELDS["school"], 32),
        Column("site", FIELDS["site"], 16),
        Column("building", FIELDS["building"], 16),
        Column("room", FIELDS["room"], 12),
        Column("name", FIELDS["name"], 24),
        Column("model", FIELDS["model"], 22),
        Column("serial", FIELDS["serial"], 16),
        Column("mac", FIELDS["mac"], 18),
        Column("status", FIELDS["status"], 12),
        Column("switch", FIELDS["switch"], 24),
        Column("interface", FIELDS["interface"], 24),
    ),
    rows=_rows,
)
