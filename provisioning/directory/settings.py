"""``[directory]`` in schoolnet.toml: which server, as whom, and which part of it is ours."""

from pathlib import Path
from string import Formatter
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from inventory.references import SecretReference
from provisioning.directory import dn

_MAIL_FIELDS = frozenset({"user_name", "school_number"})
_ATTRIBUTE = r"^[A-Za-z][A-Za-z0-9-]*$"


def _checked_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.scheme not in {"ldap", "ldaps"} or parts.path.strip("/"):
        raise ValueError(
            "give ldaps://HOST or ldap://HOST (always with StartTLS), and a :PORT if it is not "
            "636 or 389; nothing is ever sent without TLS"
        )
    return text


def _checked_dn(text: str) -> str:
    try:
        dn.normalise(text)
    except ValueError as error:
        raise ValueError(
            f"{text!r} is not a distinguished name such as ou=schools,dc=example,dc=org"
        ) from error
    return text


def _checked_mail(text: str) -> str:
    try:
        fields = {field for _, field, _, _ in Formatter().parse(text) if field is not None}
    except ValueError:
        fields = {text}
    if text and (fields - _MAIL_FIELDS or "user_name" not in fields or "@" not in text):
        raise ValueError(
            "the mail template needs {user_name} and an @, and may hold {school_number}: "
            "{user_name}@schools.example.org"
        )
    return text


DnText = Annotated[str, AfterValidator(_checked_dn)]


class DirectorySettings(BaseModel):
    """How the OpenLDAP server is reached and what below `base` belongs to schoolnet.

    `base` exists already; below it schoolnet makes one unit a school. `key_prefix` marks our
    entries: persons in `person_key_attribute`, units and groups in `key_attribute`. A group
    must have a member (groupOfNames, RFC 4519): `placeholder` is in every group of ours, so
    that the last pupil can leave it. `reader_dn` is for planning, which never writes; without
    it planning logs in as `bind_dn`. Time-outs are whole seconds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    url: Annotated[str, AfterValidator(_checked_url)]
    ca_file: Path
    bind_dn: Annotated[DnText, Field(min_length=3)]
    password: SecretReference
    reader_dn: DnText = ""
    reader_password: SecretReference | None = None
    base: Annotated[DnText, Field(min_length=3)]
    key_prefix: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]+:$")] = "schoolnet:"
    person_key_attribute: Annotated[str, Field(pattern=_ATTRIBUTE)] = "employeeNumber"
    key_attribute: Annotated[str, Field(pattern=_ATTRIBUTE)] = "description"
    placeholder: DnText = ""
    mail: Annotated[str, AfterValidator(_checked_mail)] = ""
    password_policy: DnText = ""
    page_size: Annotated[int, Field(ge=1, le=10_000)] = 500
    connect_timeout: Annotated[int, Field(ge=1, le=300)] = 10
    receive_timeout: Annotated[int, Field(ge=1, le=600)] = 60

    @model_validator(mode="after")
    def _reader_has_both(self) -> "DirectorySettings":
        if bool(self.reader_dn) != bool(self.reader_password):
            raise ValueError("reader_dn and reader_password are given together or not at all")
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

    def key(self, record_id: str) -> str:
        """What marks the entry of this record as ours."""
        return self.key_prefix + record_id

    def record_of(self, key: str) -> str:
        """The record id in a key."""
        return key.removeprefix(self.key_prefix)
