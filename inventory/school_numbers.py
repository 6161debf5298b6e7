"""The school that a person names by its official number."""

from inventory.errors import UsageError
from inventory.messages import _, say
from inventory.records import School
from inventory.store.protocol import Reader
from inventory.store.queries import Eq


def school_of(reader: Reader, number: str) -> School:
    """The school with this official number; raises UsageError.

    Spreadsheets and shells take leading zeros away, so the message names the one school whose
    number is the same but for them. It is not taken for it: another Land may have both.
    """
    wanted = number.strip()
    found = next(reader.records(School, Eq(field="number", value=wanted)), None)
    if found is not None:
        return found
    bare = wanted.lstrip("0")
    like = [s for s in reader.records(School) if bare and s.number.lstrip("0") == bare]
    if len(like) == 1:
        message = _("No school has the number {number}. {name} has {known}: zeros at the front "
                    "count.")  # fmt: skip
        raise UsageError(say(message, number=number, name=like[0].name, known=like[0].number))
    message = _("No school has the number {number}. `schoolnet list school` shows them.")
    raise UsageError(say(message, number=number))
