"""Whether one key names somebody else now: another school's file, or ids that were renumbered."""

from inventory.records import Person
from provisioning.roster.comparing import name_key
from provisioning.roster.spelling import to_words


def becomes_somebody_else(before: Person, after: Person) -> bool:
    """True when more than one of given name, family name and birth date is another.

    One of them alone is a correction or a marriage. Names are compared as letters: an umlaut
    written otherwise is none, nor are names that stood in each other's column.
    """
    given, family = name_key(before.given_name, before.family_name)
    new_given, new_family = name_key(after.given_name, after.family_name)
    dates = before.birth_date, after.birth_date
    differing = [given != new_given, family != new_family, None not in dates and len({*dates}) > 1]
    return sum(differing) > 1 and not _exchanged(before, after)


def _exchanged(before: Person, after: Person) -> bool:
    words = to_words(before.given_name), to_words(before.family_name)
    return words == (to_words(after.family_name), to_words(after.given_name))
