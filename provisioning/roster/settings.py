"""`[accounts]` in schoolnet.toml: how user names and addresses are made."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from inventory.messages import _, say
from inventory.records.base import Frozen, SchoolNumber
from inventory.records.people import Role

PLACEHOLDER = re.compile(r"\{(given|family|user_name|school_number)(?::([1-9]\d?))?\}")
_IN_USER_NAME = re.compile(r"\{(?:given|family)(?::[1-9]\d?)?\}")
_LAST = 2**31 - 1
"""The largest number that everything which knows POSIX accounts can hold."""
_IN_DOMAIN = "{school_number}"
_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")


def _user_name_template(template: str) -> str:
    rest = _IN_USER_NAME.sub("", template)
    if not _IN_USER_NAME.search(template) or not re.fullmatch(r"[a-z0-9._-]*", rest):
        message = _("a user name is made of {{given}}, {{family}}, {{given:N}} (the first N "
                    "letters), {{family:N}}, small letters, digits, dot, hyphen and "
                    "underscore")  # fmt: skip
        raise ValueError(say(message))
    return template


def _email_template(template: str) -> str:
    local, _at, domain = template.partition("@")
    rest = PLACEHOLDER.sub("", local)
    good = PLACEHOLDER.search(local) and re.fullmatch(r"[a-z0-9._-]*", rest)
    if template and not (good and _DOMAIN.fullmatch(domain.replace(_IN_DOMAIN, "0"))):
        message = _(
            "an address is made of {{user_name}}, {{given}}, {{family}}, {{given:N}}, "
            "{{family:N}}, {{school_number}}, small letters, digits, dot, hyphen and underscore, "
            "then @ and a domain in small letters, which may hold {{school_number}}"
        )
        raise ValueError(say(message))
    return template


class LifeRule(Frozen):
    """`[[accounts.life]]`: for how long accounts of these roles and schools stay after leaving."""

    roles: tuple[Role, ...] = ()
    """Empty: all roles."""
    schools: tuple[SchoolNumber, ...] = ()
    """Numbers of home schools; empty: all schools."""
    grace_days: Annotated[int | None, Field(ge=0, le=3650)] = None
    """Days in which the account can still be used; None: 30, for teachers and staff 90."""
    disabled_days: Annotated[int | None, Field(ge=1, le=3650)] = None
    """Days from disabling to deletion; None: never deleted."""


class AccountSettings(Frozen):
    """User names of new accounts. Names that exist are never changed by a new template."""

    user_name: Annotated[str, AfterValidator(_user_name_template)] = "{given}.{family}"
    """``{given}`` and ``{family}``, or the first letters: ``{given:1}``."""
    max_length: Annotated[int, Field(ge=6, le=64)] = 20
    """Longest user name. 20 is what Windows allows (sAMAccountName)."""
    email: Annotated[str, AfterValidator(_email_template)] = ""
    """Address template, ``{user_name}@schule.example``; empty: no address."""
    reserved: tuple[str, ...] = ()
    """Further names that nobody gets, beside those of systems and roles."""
    posix_first: Annotated[int | None, Field(ge=1000, le=_LAST)] = None
    """The first number that accounts get for POSIX systems; None: they get none."""
    posix_last: Annotated[int, Field(ge=1000, le=_LAST)] = _LAST
    """The last number of the range."""
    life: tuple[LifeRule, ...] = ()
    """The first rule that fits an account counts."""
    devices_block_deletion: bool = True
    """Whether an account stays while its owner still has lent devices."""
