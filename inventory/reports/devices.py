"""The inventory: every device by school, room and kind."""

from collections.abc import Iterator

from inventory.messages import _
from inventory.reports.listing import Places, in_order, window_pages
from inventory.reports.questions import Question, Report
from inventory.reports.tables import Column, Row
from inventory.reports.values import day_of
from inventory.reports.words import DEVICE_STATUS, FIELDS, word
from inventory.store.codec import sort_text
from inventory.store.reading import SqliteReader

_FIELDS = (
    "school", "room", "category", "manufacturer", "model", "name", "inventory_number", "serial",
    "mac", "status", "purchased_on",
)  # fmt: skip


def _rows(reader: SqliteReader, question: Question) -> Iterator[Row]:
    places = Places(reader)
    keys = in_order(
        reader, "device", question.in_school, ("school", "room", "category"),
        lambda school, room, category: (*places.rank(school, room), sort_text(category)),
    )  # fmt: skip
    for page in window_pages(reader, "device", keys, _FIELDS):
        for device in page:
            yield (
                *places.school(device["school"]),
                *places.room(device["room"]),
                device["category"],
                device["manufacturer"],
                device["model"],
                device["name"],
                device["inventory_number"],
                device["serial"],
                device["mac"],
                word(DEVICE_STATUS, device["status"]),
                day_of(device["purchased_on"]),
            )


DEVICES = Report(
    name="devices",
    title=_("Devices by school, room and kind"),
    columns=(
        Column("school_number", FIELDS["number"]),
        Column("school", FIELDS["school"], 32),
        Column("site", FIELDS["site"], 16),
        Column("building", FIELDS["building"], 16),
        Column("room", FIELDS["room"], 12),
        Column("category", FIELDS["category"], 12),
        Column("manufacturer", FIELDS["manufacturer"]),
        Column("model", FIELDS["model"], 22),
        Column("name", FIELDS["name"], 24),
        Column("inventory_number", FIELDS["inventory_number"], 16),
        Column("serial", FIELDS["serial"], 16),
        Column("mac", FIELDS["mac"], 18),
        Column("status", FIELDS["status"], 12),
        Column("purchased_on", FIELDS["purchased_on"], 12),
    ),
    rows=_rows,
)
