"""Who has which device."""

from datetime import date
from typing import ClassVar

from inventory.records.base import Record, Ref


class Loan(Record):
    """A device that was handed to a person. Without `returned_on` the person still has it."""

    kind: ClassVar[str] = "loan"
    unique: ClassVar = (("device", "person", "lent_on"),)
    indexed: ClassVar = ("device", "person", "school")
    sorted_by: ClassVar = ("device",)
    personal: ClassVar[str] = "person"

    device: Ref
    person: Ref
    school: Ref = ""
    lent_on: date
    returned_on: date | None = None

    def is_out(self, day: date) -> bool:
        """True when the person has the device at the end of this day."""
        return self.returned_on is None or self.returned_on > day
