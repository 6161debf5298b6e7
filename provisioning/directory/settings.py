"""``[directory]`` in schoolnet.toml: which server, as whom, and which part of it is ours."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from inventory.messages import _, say
from inventory.records.people import Role
from inventory.references import SecretReference
from provisioning.directory import dn
from provisioning.directory.layout_settings import PRESETS, LayoutSettings
from provisioning.directory.templates import fields_of

DirectoryKind = Literal["openldap", "active_directory"]
_KEY_ATTRIBUTES: Mapping[DirectoryKind, str] = {
    "openldap": "description",
    # what people see as the description is theirs there, and of groups it has one value only
    "active_directory": "adminDescription",
}
_MAIL_FIELDS = frozenset({"user_name", "school_number"})
_TEMPLATE_FIELDS = _MAIL_FIELDS | {"role"}
_NEEDED = frozenset(name.lower() for name in ("uid", "cn", "sAMAccountName", "sn", "displayName"))
_ONLY_THERE = ("upn", "upn_by_role", "home_directory", "home_drive", "profile_path")
_ATTRIBUTE = r"^[A-Za-z][A-Za-z0-9-]*$"


def _checked_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.scheme not in {"ldap", "ldaps"} or parts.path.strip("/"):
        message = _("give ldaps://HOST or ldap://HOST (always with StartTLS), and a :PORT if it "
                    "is not 636 or 389; nothing is ever sent without TLS")  # fmt: skip
        raise ValueError(say(message))
    return text


def _checked_dn(text: str) -> str:
    try:
        dn.normalise(text)
    except ValueError as error:
        message = _("{text} is not a distinguished name such as ou=schools,dc=example,dc=org")
        raise ValueError(say(message, text=text)) from error
    return text


def _checked_mail(text: str) -> str:
    fields = fields_of(text)
    if text and (fields - _MAIL_FIELDS or "user_name" not in fields or "@" not in text):
        message = _("the mail template needs {{user_name}} and an @, and may hold "
                    "{{school_number}}: {{user_name}}@schools.example.org")  # fmt: skip
        raise ValueError(say(message))
    return text


def _checked_upn(text: str) -> str:
    if text and (fields_of(text) - _TEMPLATE_FIELDS or not text.startswith("{user_name}@")):
        message = _("the UPN template is {{user_name}}@ and a suffix, which may hold "
                    "{{school_number}} and {{role}}: "
                    "{{user_name}}@{{school_number}}.schools.example.org")  # fmt: skip
        raise ValueError(say(message))
    return text


def _checked_path(text: str) -> str:
    if fields_of(text) - _TEMPLATE_FIELDS:
        message = _("the template may hold {{user_name}}, {{school_number}} and {{role}}")
        raise ValueError(say(message))
    return text


def _only_in_active_directory(names: str) -> ValueError:
    return ValueError(say(_("{names}: only where kind is active_directory"), names=names))


DnText = Annotated[str, AfterValidator(_checked_dn)]
AttributeName = Annotated[str, Field(pattern=_ATTRIBUTE)]
AttributePolicy = Literal["forced", "created", "never"]
Upn = Annotated[str, AfterValidator(_checked_upn)]
PathTemplate = Annotated[str, AfterValidator(_checked_path)]


class PosixSettings(BaseModel):
    """What accounts with a number get beside it (posixAccount, RFC 2307), once."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    home_directory: PathTemplate = "/home/{user_name}"
    login_shell: str = "/bin/bash"
    group_id: Annotated[int | None, Field(ge=1)] = None


class DirectorySettings(BaseModel):
    """How the directory is reached and what below `base` belongs to schoolnet.

    `base` exists already; below it schoolnet makes one unit a school. `key_prefix` marks our
    entries: persons in `person_key_attribute`, units and groups in `key_attribute`. A group
    must have a member (groupOfNames, RFC 4519): `placeholder` is in every group of ours, so
    that the last pupil can leave it. `reader_dn` is for planning, which never writes; without
    it planning logs in as `bind_dn`. Time-outs are whole seconds. The templates `upn` to
    `profile_path` are for Active Directory. `attributes` says of single attributes of persons
    whether other values are put right, left alone, or none is ever written.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    kind: DirectoryKind = "openldap"
    url: Annotated[str, AfterValidator(_checked_url)]
    ca_file: Path
    bind_dn: Annotated[DnText, Field(min_length=3)]
    password: SecretReference
    reader_dn: DnText = ""
    reader_password: SecretReference | None = None
    base: Annotated[DnText, Field(min_length=3)]
    key_prefix: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]+:$")] = "schoolnet:"
    person_key_attribute: Annotated[str, Field(pattern=_ATTRIBUTE)] = "employeeNumber"
    key_attribute: Annotated[str, Field(pattern=f"^$|{_ATTRIBUTE}")] = ""
    placeholder: DnText = ""
    mail: Annotated[str, AfterValidator(_checked_mail)] = ""
    password_policy: DnText = ""
    upn: Upn = ""
    upn_by_role: Mapping[Role, Upn] = {}
    home_directory: PathTemplate = ""
    home_drive: Annotated[str, Field(pattern=r"^$|^[A-Z]:$")] = ""
    profile_path: PathTemplate = ""
    attributes: Mapping[AttributeName, AttributePolicy] = {}
    layout: LayoutSettings = LayoutSettings()
    posix: PosixSettings = PosixSettings()
    own_codec: bool = True
    page_size: Annotated[int, Field(ge=1, le=10_000)] = 500
    connect_timeout: Annotated[int, Field(ge=1, le=300)] = 10
    receive_timeout: Annotated[int, Field(ge=1, le=600)] = 60

    @model_validator(mode="before")
    @classmethod
    def _layout_begins_with_a_preset(cls, data: Any) -> Any:
        if not isinstance(data, dict) or not isinstance(data.get("layout", {}), dict):
            return data
        preset = PRESETS.get(data.get("kind", "openldap"), {})
        return {**data, "layout": {**preset, **data.get("layout", {})}}

    @model_validator(mode="after")
    def _layout_fits(self) -> "DirectorySettings":
        if self.kind == "openldap" and self.layout.group_account:
            raise _only_in_active_directory("layout.group_account")
        if self.kind == "active_directory" and not self.layout.group_account:
            message = _("layout.group_account: a group of Active Directory needs one")
            raise ValueError(say(message))
        if self.kind == "active_directory" and self.layout.person_attribute != "cn":
            message = _("layout.person: accounts of Active Directory are named by cn=")
            raise ValueError(say(message))
        return self

    @model_validator(mode="after")
    def _reader_has_both(self) -> "DirectorySettings":
        if bool(self.reader_dn) != bool(self.reader_password):
            message = _("reader_dn and reader_password are given together or not at all")
            raise ValueError(say(message))
        return self

    @model_validator(mode="after")
    def _needed_attributes_are_written(self) -> "DirectorySettings":
        if never := [
            n for n in self.attributes if self.policy(n) == "never" and n.lower() in _NEEDED
        ]:
            message = _("{names}: an account cannot be made without")
            raise ValueError(say(message, names=", ".join(never)))
        return self

    @model_validator(mode="after")
    def _templates_have_their_kind(self) -> "DirectorySettings":
        named = [name for name in _ONLY_THERE if getattr(self, name)]
        if self.kind == "openldap" and named:
            raise _only_in_active_directory(", ".join(named))
        if self.kind == "active_directory" and self.placeholder:
            message = _("placeholder: groups of Active Directory may be empty; leave it out")
            raise ValueError(say(message))
        return self

    @property
    def placeholder_member(self) -> str:
        """The DN that keeps a group from being empty; it need not exist."""
        return self.placeholder or dn.child("cn", "nobody", self.base)

    @property
    def host(self) -> str:
        """The server's name: what its certificate must be for."""
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        """389 and 636 unless the address says otherwise."""
        return urlsplit(self.url).port or (636 if self.tls_from_start else 389)

    @property
    def tls_from_start(self) -> bool:
        """True for ldaps; otherwise StartTLS (RFC 4511, 4.14) comes before anything else."""
        return urlsplit(self.url).scheme == "ldaps"

    def key_attribute_of(self, kind: str) -> str:
        """Where the key of a unit, group or person stands."""
        if kind == "person":
            return self.person_key_attribute
        return self.key_attribute or _KEY_ATTRIBUTES[self.kind]

    def policy(self, attribute: str) -> AttributePolicy:
        """What may be done with an attribute of persons: all, writing it once, or nothing."""
        named = {name.lower(): policy for name, policy in self.attributes.items()}
        return named.get(attribute.lower(), "forced")

    def key(self, record_id: str) -> str:
        """What marks the entry of this record as ours."""
        return self.key_prefix + record_id

    def record_of(self, key: str) -> str:
        """The record id in a key."""
        return key.removeprefix(self.key_prefix)
