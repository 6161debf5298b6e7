"""Schools and where they are: site, building, room."""

from datetime import date
from enum import StrEnum
from typing import Any, ClassVar

from pydantic import model_validator

from inventory.records.base import Record, Ref, SchoolNumber


class SchoolType(StrEnum):
    """School types of North Rhine-Westphalia, by their German names."""

    GRUNDSCHULE = "Grundschule"
    HAUPTSCHULE = "Hauptschule"
    REALSCHULE = "Realschule"
    SEKUNDARSCHULE = "Sekundarschule"
    GESAMTSCHULE = "Gesamtschule"
    GYMNASIUM = "Gymnasium"
    FOERDERSCHULE = "Förderschule"
    BERUFSKOLLEG = "Berufskolleg"
    WEITERBILDUNGSKOLLEG = "Weiterbildungskolleg"


FINAL_GRADE: dict[SchoolType, int | None] = {
    SchoolType.GRUNDSCHULE: 4,
    SchoolType.HAUPTSCHULE: 10,
    SchoolType.REALSCHULE: 10,
    SchoolType.SEKUNDARSCHULE: 10,
    SchoolType.GESAMTSCHULE: 13,
    SchoolType.GYMNASIUM: 13,
    SchoolType.FOERDERSCHULE: 10,
    SchoolType.BERUFSKOLLEG: None,
    SchoolType.WEITERBILDUNGSKOLLEG: None,
}
"""The year group after which pupils leave; None where courses differ in length."""


class School(Record):
    """A school. Its own id stays when the state gives it a new number or it merges."""

    kind: ClassVar[str] = "school"
    unique: ClassVar = (("number",),)
    sorted_by: ClassVar = ("name", "number")
    searched: ClassVar = ("name", "number")

    number: SchoolNumber
    name: str
    school_type: SchoolType
    final_grade: int | None = None
    valid_from: date | None = None
    valid_until: date | None = None

    @model_validator(mode="before")
    @classmethod
    def _final_grade_of_type(cls, data: Any) -> Any:
        if isinstance(data, dict) and "final_grade" not in data and "school_type" in data:
            return {**data, "final_grade": FINAL_GRADE.get(data["school_type"])}
        return data

    @property
    def scope(self) -> str:
        """A school belongs to itself."""
        return self.id


class Site(Record):
    """One address of a school; a school may have several."""

    kind: ClassVar[str] = "site"
    indexed: ClassVar = ("school",)
    sorted_by: ClassVar = ("name",)
    searched: ClassVar = ("name", "street")

    school: Ref
    name: str
    street: str = ""
    postal_code: str = ""
    town: str = ""


class Building(Record):
    """A building on a site."""

    kind: ClassVar[str] = "building"
    indexed: ClassVar = ("school", "site")
    sorted_by: ClassVar = ("name",)
    searched: ClassVar = ("name",)

    school: Ref
    site: Ref
    name: str


class RoomUse(StrEnum):
    """What a room is for, as far as the network asks."""

    CLASSROOM = "classroom"
    COMPUTER_ROOM = "computer_room"
    OFFICE = "office"
    STAFF_ROOM = "staff_room"
    TECHNICAL = "technical"
    OTHER = "other"


class Room(Record):
    """A room; `floor` is the storey as written on the plan (``EG``, ``2. OG``)."""

    kind: ClassVar[str] = "room"
    indexed: ClassVar = ("school", "building")
    sorted_by: ClassVar = ("name",)
    searched: ClassVar = ("name",)

    school: Ref
    building: Ref
    name: str
    floor: str = ""
    use: RoomUse = RoomUse.CLASSROOM
