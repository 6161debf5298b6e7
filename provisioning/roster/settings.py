"""`[accounts]` in schoolnet.toml: how user names and addresses are made."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from inventory.records.base import Frozen

PLACEHOLDER = re.compile(r"\{(given|family)(?::([1-9]\d?))?\}")


def _known_placeholders(template: str) -> str:
    rest = PLACEHOLDER.sub("", template)
    if not PLACEHOLDER.search(template) or not re.fullmatch(r"[a-z0-9._-]*", rest):
        raise ValueError(
            "a user name is made of {given}, {family}, {given:N} (the first N letters), "
            "{family:N}, small letters, digits, dot, hyphen and underscore"
        )
    return template


class AccountSettings(Frozen):
    """User names of new accounts. Names that exist are never changed by a new template."""

    user_name: Annotated[str, AfterValidator(_known_placeholders)] = "{given}.{family}"
    """``{given}`` and ``{family}``, or the first letters: ``{given:1}``."""
    max_length: Annotated[int, Field(ge=6, le=64)] = 20
    """Longest user name. 20 is what Windows allows (sAMAccountName)."""
    email: str = ""
    """Address template, ``{user_name}@schule.example``; empty: no address."""
