"""``[passwords]`` and ``[handouts]`` in schoolnet.toml: who gets what password, and its paper."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from inventory.messages import _, say
from inventory.records.base import Frozen
from inventory.records.people import Role
from inventory.records.places import SchoolType
from provisioning.directory.recipes import ListName, Recipe

_LEAST_BITS = 20
"""Below this a password is found by trying, even where a login is locked for a while."""


class PasswordProfile(Frozen):
    """What passwords are made of: words and digits, or characters."""

    words: Annotated[int, Field(ge=0, le=6)] = 0
    list: ListName = "german"
    digits: Annotated[int, Field(ge=0, le=8)] = 0
    characters: Annotated[int, Field(ge=0, le=32)] = 0
    min_length: Annotated[int, Field(ge=0, le=64)] = 0

    @model_validator(mode="after")
    def _makes_passwords(self) -> "PasswordProfile":
        if self.characters and (self.words or self.digits):
            raise ValueError(say(_("give words and digits, or characters, not both")))
        if self.recipe().bits < _LEAST_BITS:
            message = _("these passwords would be easy to guess ({bits} bits, at least {least} are "
                        "needed): give more words, digits or characters")  # fmt: skip
            bits = f"{self.recipe().bits:.0f}"
            raise ValueError(say(message, bits=bits, least=_LEAST_BITS))
        return self

    def recipe(self, avoid: tuple[str, ...] = ()) -> Recipe:
        """How a password of this profile is made."""
        return Recipe(self.words, self.list, self.digits, self.characters, self.min_length, avoid)


BUILT_IN: Mapping[str, PasswordProfile] = {
    "easy": PasswordProfile(words=2, list="easy", digits=3),
    "words": PasswordProfile(words=3, digits=3),
    "characters": PasswordProfile(characters=12),
}


class PasswordRule(Frozen):
    """For whom: what is not given holds for all. Without a profile the built-in choice stays."""

    roles: tuple[Role, ...] = ()
    school_types: tuple[SchoolType, ...] = ()
    up_to_year_group: Annotated[int | None, Field(ge=1, le=13)] = None
    profile: str = ""
    must_change: bool = False

    def holds(self, role: str, school_type: str, year_group: str) -> bool:
        """True when the rule is for this person."""
        if self.roles and role not in self.roles:
            return False
        if self.school_types and school_type not in self.school_types:
            return False
        last = self.up_to_year_group
        return last is None or (year_group.isdigit() and int(year_group) <= last)


class PasswordSettings(Frozen):
    """`[passwords]`. The first rule that holds decides."""

    profiles: Mapping[str, PasswordProfile] = {}
    rules: tuple[PasswordRule, ...] = ()

    @model_validator(mode="after")
    def _profiles_are_known(self) -> "PasswordSettings":
        known = {**BUILT_IN, **self.profiles}
        for rule in self.rules:
            if rule.profile and rule.profile not in known:
                message = _("a rule names the profile {name}; there are {known}")
                raise ValueError(say(message, name=rule.profile, known=", ".join(known)))
        return self

    def profile(self, name: str) -> PasswordProfile:
        """A profile of the settings, or else a built-in one."""
        return self.profiles.get(name) or BUILT_IN[name]

    def choice(self, role: str, school_type: str, year_group: str) -> tuple[str, bool]:
        """Name of the profile, and whether the password must be changed at the first login."""
        for rule in self.rules:
            if rule.holds(role, school_type, year_group):
                built_in = _built_in(role, school_type, year_group)
                return rule.profile or built_in, rule.must_change
        return _built_in(role, school_type, year_group), False


def _built_in(role: str, school_type: str, year_group: str) -> str:
    """Easy words for primary pupils, words for others, characters for who works there."""
    if role in {Role.TEACHER, Role.STAFF}:
        return "characters"
    primary = (
        int(year_group) <= 4 if year_group.isdigit() else school_type == SchoolType.GRUNDSCHULE
    )
    return "easy" if primary else "words"


def _checked_url(text: str) -> str:
    if text and (urlsplit(text).scheme not in {"http", "https"} or not urlsplit(text).hostname):
        raise ValueError(say(_("give the whole address, as https://schule.example")))
    return text


class HandoutSettings(Frozen):
    """`[handouts]`: how long passwords can be printed, and what stands beside them."""

    days: Annotated[int, Field(ge=1, le=365)] = 14
    login_url: Annotated[str, AfterValidator(_checked_url), Field(max_length=300)] = ""
    first_steps: Mapping[Role, str] = {}
