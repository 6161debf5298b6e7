"""What pydantic found wrong with a value, as a Message: in German too, and with our own words."""

from collections.abc import Mapping

from pydantic_core import ErrorDetails

from inventory.messages import Message, _, say

_WHOLE, _NUMBER = _("a whole number is needed"), _("a number is needed")
_TRUTH, _DAY = _("true or false is needed"), _("a day is needed, as 2026-08-31")
_LIST, _GROUP = _("a list is needed"), _("a group of named values is needed")
_ONE_OF = _("it must be one of {expected}")

REASONS: Mapping[str, str] = {
    "missing": _("it is missing"),
    "extra_forbidden": _("there is no such field"),
    "string_type": _("a text is needed, in quotes"),
    "string_too_short": _("the least number of characters is {min_length}"),
    "string_too_long": _("the greatest number of characters is {max_length}"),
    "string_pattern_mismatch": _("it must fit the pattern {pattern}"),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float", "int_parsing_size"), _WHOLE),
    **dict.fromkeys(("float_type", "float_parsing", "finite_number"), _NUMBER),
    **dict.fromkeys(("bool_type", "bool_parsing"), _TRUTH),
    **dict.fromkeys(
        ("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"),
        _DAY,
    ),
    **dict.fromkeys(("tuple_type", "list_type", "set_type", "frozen_set_type"), _LIST),
    **dict.fromkeys(("dict_type", "mapping_type", "model_type", "model_attributes_type"), _GROUP),
    **dict.fromkeys(("literal_error", "enum"), _ONE_OF),
    "greater_than_equal": _("the least is {ge}"),
    "greater_than": _("it must be more than {gt}"),
    "less_than_equal": _("the greatest is {le}"),
    "less_than": _("it must be less than {lt}"),
    "too_short": _("the least number of entries is {min_length}"),
    "too_long": _("the greatest number of entries is {max_length}"),
}
"""Type of an error (https://docs.pydantic.dev/latest/errors/validation_errors) -> what to say."""


def reason_of(found: ErrorDetails) -> Message:
    """Why a value is refused, to stand within a sentence: no capital, no full stop.

    A check of ours that raised ``ValueError(say(…))`` says it itself. Of what is in no table the
    library's English words are told.
    """
    context = found.get("ctx", {})
    if (own := context.get("error")) is not None:
        said = own.args[0] if own.args else ""
        return said if isinstance(said, Message) else say("{text}", text=str(own).rstrip("."))
    if found["type"] not in REASONS:
        return say("{text}", text=found["msg"].rstrip("."))
    parameters = {name: str(value) for name, value in context.items()}
    if "expected" in parameters:
        parameters["expected"] = parameters["expected"].replace(" or ", ", ").replace("'", "")
    return Message(id=REASONS[found["type"]], parameters=parameters)
