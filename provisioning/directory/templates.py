"""Templates in settings: texts with fields in braces, checked when the settings are read."""

from collections.abc import Mapping
from string import Formatter


def fields_of(template: str) -> set[str]:
    """What a template asks for; the template itself when it is none."""
    try:
        parts = list(Formatter().parse(template))
    except ValueError:
        return {template}
    return {field for _text, field, form, turn in parts if field is not None and not (form or turn)}


def filled(template: str, known: Mapping[str, str]) -> str:
    """The template with its fields' values, without the spaces that empty ones leave behind."""
    return " ".join(template.format(**known).split())
