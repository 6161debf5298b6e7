"""What all records share: identity, freezing, and values normalised on the way in."""

import base64
import hashlib
import re
import secrets
from collections.abc import Callable
from typing import Annotated, Any, ClassVar, NamedTuple, ParamSpec, TypeVar, cast

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from inventory.messages import _, say

_MAC = re.compile(r"[0-9a-f]{12}")
_MAC_PUNCTUATION = re.compile(r"[\s:.\-]")


_DIGITS = "abcdefghijklmnopqrstuvwxyz234567"
"""Base32 (RFC 4648) in small letters."""
_PAIRS = [first + second for first in _DIGITS for second in _DIGITS]


def new_id() -> str:
    """A random public id: 16 characters of base32, 80 bits."""
    return base64.b32encode(secrets.token_bytes(10)).decode().lower()


def derive_id(*parts: str) -> str:
    """The id that always belongs to these parts, so that the same wish twice is the same plan.

    Used where a record is named by others (an enrolment by person, school and class). The first
    part names the kind. Not secret: parts must hold ids or public names, never a person's data.
    """
    digest = hashlib.blake2b("\x1f".join(parts).encode(), digest_size=10).digest()
    bits = int.from_bytes(digest, "big")
    # Base32 ten bits at a time: a plan makes a dozen ids for each person, and b32encode is slow.
    return "".join([_PAIRS[bits >> shift & 1023] for shift in range(70, -1, -10)])


def normalise_mac(text: str) -> str:
    """``A483.E700.450F`` and every other spelling become ``a4:83:e7:00:45:0f``.

    Raises ValueError when the text is not 12 hexadecimal digits.
    """
    digits = _MAC_PUNCTUATION.sub("", text).lower()
    if not _MAC.fullmatch(digits):
        message = _("{text} is not a MAC address: 12 hexadecimal digits are needed")
        raise ValueError(say(message, text=text))
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2))


def normalise_serial(text: str) -> str:
    """Serial numbers are compared without spaces and in capitals, as printed on the case."""
    return re.sub(r"\s", "", text).upper()


def normalise_school_number(text: str) -> str:
    """Official school numbers are text: leading zeros count, spaces do not.

    Raises ValueError, which pydantic tells by its field (a TypeError would go through it).
    """
    if not isinstance(text, str):
        message = _("a school number is text: write it in quotes, or its leading zeros are lost")
        raise ValueError(say(message))
    number = re.sub(r"\s", "", text).upper()
    if not re.fullmatch(r"[0-9A-Z]{1,12}", number):
        message = _("{text} is not a school number: up to 12 digits or letters")
        raise ValueError(say(message, text=text))
    return number


Mac = Annotated[str, AfterValidator(normalise_mac)]
Serial = Annotated[str, AfterValidator(normalise_serial)]
SchoolNumber = Annotated[str, BeforeValidator(normalise_school_number)]
REF = "id of another record; empty: none"
Ref = Annotated[str, Field(description=REF)]


class Frozen(BaseModel):
    """A value that never changes and refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Record(Frozen):
    """One thing in the inventory. A changed thing is a new Record with the same id.

    Texts lose the spaces around them; a change's operations, which are no record, do not.
    """

    model_config = ConfigDict(str_strip_whitespace=True)

    kind: ClassVar[str]
    unique: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Groups of fields that no two records of this kind may share (empty values do not count)."""
    indexed: ClassVar[tuple[str, ...]] = ()
    """Fields that are looked up often."""
    sorted_by: ClassVar[tuple[str, ...]] = ()
    """Fields that make the reading order (DIN 5007)."""
    searched: ClassVar[tuple[str, ...]] = ()
    """Fields whose text a person would type to find the record."""
    personal: ClassVar[str] = ""
    """The field that holds a person's id, when the record is that person's data."""

    id: str = Field(default_factory=new_id, min_length=1)

    @property
    def scope(self) -> str:
        """The id of the school the record belongs to; empty when it is the whole city's."""
        school: str = getattr(self, "school", "")
        return school


P = ParamSpec("P")
M = TypeVar("M", bound=BaseModel)
R = TypeVar("R", bound=Record)


def unchecked(model: Callable[P, M]) -> Callable[P, M]:
    """How our own code makes many of a model: the type checker looks at the fields, nobody else.

    For values that were checked when they came from outside: nothing is converted or stripped,
    and every field without a default value is named. A Change takes a quarter of the time so.
    """
    assert isinstance(model, type)
    assert issubclass(model, BaseModel)
    empty = {name: field.default for name, field in model.model_fields.items()}
    of_fields = made_of(model)

    def make(*_nothing: P.args, **fields: P.kwargs) -> M:
        return cast(M, of_fields({**empty, **fields}))

    return make


def made_of(model: type[M]) -> Callable[[dict[str, Any]], M]:
    """How a model is made of all its fields, which nobody looks at; the dict goes into it."""
    new, put, named = model.__new__, object.__setattr__, {*model.model_fields}

    def make(fields: dict[str, Any]) -> M:
        made = new(model)
        # What `model_construct` sets too, which takes longer than checking: it is for any model.
        put(made, "__dict__", fields)
        put(made, "__pydantic_fields_set__", named)
        put(made, "__pydantic_extra__", None)
        put(made, "__pydantic_private__", None)
        return made

    return make


def updated(record: R, **fields: object) -> R:
    """The record with these fields, which is the record itself when it has them already."""
    now = record.__dict__
    if all(now[name] == value for name, value in fields.items()):
        return record
    return record.model_copy(update=fields)


class Edit(NamedTuple):
    """One record before and after. None before: new; None after: removed."""

    before: Record | None
    after: Record | None

    @property
    def record(self) -> Record:
        """The record that the edit is about, in its newest form."""
        record = self.after or self.before
        assert record is not None, "an edit has a before or an after"
        return record
