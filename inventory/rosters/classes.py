"""The year group that a class name tells, as schools in North Rhine-Westphalia write them."""

import re

_UPPER = {"EF": 11, "Q1": 12, "Q2": 13}
"""The three years of the upper stage (nine-year Gymnasium and Gesamtschule, APO-GOSt)."""

_UPPER_NAME = re.compile(r"(EF|Q[12](?!\d))[\s._-]?\w{0,2}", re.IGNORECASE)
_NUMBERED = re.compile(
    r"(?:JG\.?|JAHRGANG|KLASSE|STUFE)?\s*0?([1-9]|1[0-3])(?!\d)(.*)", re.IGNORECASE
)
_SECOND = re.compile(r"\s*[/+&,-]\s*0?(\d{1,2})(?!\d).*")


def year_group(name: str) -> int | None:
    """The year group (1 to 13) of a class name: ``07A``, ``7a``, ``10b``, ``5.1``, ``EF``, ``Q1``.

    None when the name does not tell: a mixed class (``1/2a``), or one named after an occupation
    (``BK01A``), as vocational schools do.
    """
    upper = _UPPER_NAME.fullmatch(name)
    if upper:
        return _UPPER[upper[1].upper()]
    numbered = _NUMBERED.fullmatch(name)
    if not numbered:
        return None
    first = int(numbered[1])
    second = _SECOND.fullmatch(numbered[2])
    if second and int(second[1]) == first + 1:
        return None
    return first
