"""``[directory.layout]``: how units, groups and entries are named, and what classes' groups do.

What is not said is as the preset of the directory's kind has it (`PRESETS`). Names may change at
any time: entries are found by their keys, so the next plan renames them.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from inventory.messages import _, say
from inventory.records.base import SchoolNumber
from inventory.records.people import Role
from provisioning.directory.dn import fold
from provisioning.directory.templates import fields_of

Rollover = Literal["members", "rename", "per_year"]
"""What becomes of a class's group in another school year: it gets other members, it moves up
with its pupils under another name, or each year has a group of its own.
"""
PRESETS: Mapping[str, Mapping[str, object]] = {
    "openldap": {"group_account": ""},
    "active_directory": {"group_account": "{school_number}-{group}"},
}
"""Where the shipped layouts differ. All else is the same in both: the defaults below."""
_SCHOOL = frozenset({"school_number", "school_name"})
_PERSON = frozenset({"user_name", "given_name", "family_name"})
Name = Annotated[str, Field(min_length=1, max_length=64)]


def _checked_school(text: str) -> str:
    if fields_of(text) - _SCHOOL or "{school_number}" not in text:
        message = _("a school's unit is named by its number: {{school_number}}, perhaps with "
                    "{{school_name}}")  # fmt: skip
        raise ValueError(say(message))
    return text


def _checked_class(text: str) -> str:
    if fields_of(text) - {"class", "school_number"} or "{class}" not in text:
        message = _("the template needs {{class}} and may hold {{school_number}}")
        raise ValueError(say(message))
    return text


def _checked_person(text: str) -> str:
    attribute, _equals, value = text.partition("=")
    if attribute not in {"cn", "uid"} or fields_of(value) - _PERSON or "{user_name}" not in value:
        message = _("accounts are named by cn= or uid= and a template with {{user_name}}, which "
                    "keeps namesakes apart; it may hold {{given_name}} and {{family_name}}: "
                    "cn={{given_name}} {{family_name}} ({{user_name}})")  # fmt: skip
        raise ValueError(say(message))
    return text


def _checked_group_account(text: str) -> str:
    fields = fields_of(text)
    if text and (fields - {"group", "school_number"} or "group" not in fields):
        message = _("the template needs {{group}} and may hold {{school_number}}")
        raise ValueError(say(message))
    return text


class RoleGroups(BaseModel):
    """Names of the groups of a school's roles."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    teacher: Name = "teachers"
    staff: Name = "staff"
    student: Name = "students"


class WifiGroups(BaseModel):
    """Names of the groups that a RADIUS server looks into."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    teacher: Name = "wifi-teachers"
    staff: Name = "wifi-staff"
    student: Name = "wifi-students"


class LayoutSettings(BaseModel):
    """Names below `base`. `group_account` is for Active Directory: its name of a group, which no
    other group or user of the domain may have. `archive_days` of 0 archive nothing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    school: Annotated[str, AfterValidator(_checked_school)] = "{school_number}"
    people: Name = "people"
    groups: Name = "groups"
    archive: Name = "archive"
    person: Annotated[str, AfterValidator(_checked_person)] = "cn={user_name}"
    role_groups: RoleGroups = RoleGroups()
    wifi_groups: WifiGroups = WifiGroups()
    leavers: Name = "leavers"
    class_groups: Annotated[str, AfterValidator(_checked_class)] = "{class}"
    group_account: Annotated[str, AfterValidator(_checked_group_account)] = ""
    rollover: Rollover = "members"
    rollover_by_school: Mapping[SchoolNumber, Rollover] = {}
    archive_days: Annotated[int, Field(ge=0, le=3650)] = 0

    @model_validator(mode="after")
    def _names_are_different(self) -> "LayoutSettings":
        units = [self.people, self.groups, self.archive]
        roles = (Role.TEACHER, Role.STAFF, Role.STUDENT)
        groups = [group(role) for group in (self.role_group, self.wifi_group) for role in roles]
        for names in (units, [*groups, self.leavers]):
            if len(set(map(fold, names))) < len(names):
                message = _("each needs a name of its own: {names}")
                raise ValueError(say(message, names=", ".join(names)))
        return self

    def role_group(self, role: Role) -> str:
        """The name of a role's group; raises AttributeError for guardians, who have none."""
        name: str = getattr(self.role_groups, role.value)
        return name

    def wifi_group(self, role: Role) -> str:
        """The name of a role's Wi-Fi group; raises AttributeError for guardians."""
        name: str = getattr(self.wifi_groups, role.value)
        return name

    def rollover_at(self, school_number: str) -> Rollover:
        """What the groups of a school's classes do."""
        return self.rollover_by_school.get(school_number, self.rollover)

    @property
    def person_attribute(self) -> str:
        """What names an account's entry: cn or uid."""
        return self.person.partition("=")[0]

    @property
    def person_value(self) -> str:
        """The template of its value."""
        return self.person.partition("=")[2]
