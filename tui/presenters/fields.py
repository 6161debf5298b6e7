"""What kinds of records, their fields and coded values are called on screen.

Reports and screens call them the same: what reports name too comes from their table.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import date

from pydantic import JsonValue

from inventory.messages import _
from inventory.records import KINDS
from inventory.reports import words
from tui.texts import Texts

NOTHING = "–"

KIND_TITLES: Mapping[str, str] = {
    "school": _("Schools"),
    "site": _("Sites"),
    "building": _("Buildings"),
    "room": _("Rooms"),
    "device": _("Devices"),
    "access_point": _("Access points"),
    "switch": _("Switches"),
    "interface": _("Interfaces"),
    "lag": _("Link aggregations"),
    "vlan": _("VLANs"),
    "ssid": _("Wi-Fi names"),
    "port_profile": _("Port profiles"),
    "person": _("Persons"),
    "source_key": _("Ids at schools"),
    "link": _("Joined persons"),
    "school_class": _("Classes"),
    "enrolment": _("Enrolments"),
    "loan": _("Loans"),
    "account": _("Accounts"),
}
"""Kinds of records, many of them."""

_EVENT_KINDS: Mapping[str, str] = {
    **words.KINDS,
    "configuration": _("State of a switch before a change"),
    "handout": _("Password handout"),
}

_EVENT_ACTIONS: Mapping[str, str] = {
    **words.ACTIONS,
    "create": _("created"),
    "update": _("changed"),
    "delete": _("removed"),
    "observed": _("recorded"),
    "print": _("printed"),
    "hand-over": _("handed over"),
    "expire": _("expired"),
    "withdraw": _("withdrawn"),
}

_LABELS: Mapping[str, str] = {
    **words.FIELDS,
    "classes": _("Classes"),
    "dn": _("DN"),
    "groups": _("Groups"),
    "member": _("Member"),
    "mode": _("Port mode"),
    "native": _("Untagged while tagged"),
    "roles": _("Roles"),
}
"""Fields of records, and of what plans say of people and interfaces."""

_USES: Mapping[str, str] = {
    "classroom": _("Classroom"),
    "computer_room": _("Computer room"),
    "office": _("Office"),
    "staff_room": _("Staff room"),
    "technical": _("Technical room"),
    "other": _("Other"),
    "classroom_socket": _("Socket in a classroom"),
    "office_socket": _("Socket in an office"),
    "access_point": _("Access point"),
    "uplink": _("Uplink"),
}

_MANAGED_BY: Mapping[str, str] = {
    "ssh": _("schoolnet, over SSH"),
    "controller": _("a controller; only read here"),
    "provider": _("the provider; only read here"),
}

_MODES: Mapping[str, str] = {
    "untagged": _("untagged"),
    "tagged": _("tagged"),
    "negotiated": _("negotiated"),
    "other": _("other"),
}

_CODES: Mapping[str, Mapping[str, str]] = {
    **words.FIELD_WORDS,
    "managed_by": _MANAGED_BY,
    "mode": _MODES,
    "roles": words.ROLES,
    "tagged": words.NETWORK_ROLES,
    "use": _USES,
}
"""What the codes in these fields are called."""

_DAYS = frozenset(
    name
    for model in KINDS.values()
    for name, field in model.model_fields.items()
    if field.annotation == (date | None)
)

_LISTS = frozenset(
    name
    for model in KINDS.values()
    for name, field in model.model_fields.items()
    if getattr(field.annotation, "__origin__", None) is tuple
)
"""Fields with several values; a row of a list holds them as JSON."""


def kind_title(kind: str, texts: Texts) -> str:
    """Many records of a kind: ``Geräte``."""
    return texts(KIND_TITLES[kind])


def event_kind(kind: str, texts: Texts) -> str:
    """What a journal entry is about; a kind without a name stands for itself."""
    return texts(_EVENT_KINDS[kind]) if kind in _EVENT_KINDS else kind


def event_action(kind: str, action: str, texts: Texts) -> str:
    """What happened; an action without a name stands for itself."""
    if (kind, action) == ("run", "create"):
        return texts("started")
    return texts(_EVENT_ACTIONS[action]) if action in _EVENT_ACTIONS else action


def field_label(name: str, texts: Texts) -> str:
    """What a field is called; LDAP attributes keep their names."""
    return texts(_LABELS[name]) if name in _LABELS else name


def field_text(name: str, value: JsonValue, texts: Texts) -> str:
    """A field's value for people: codes in words, days as they are written here."""
    if value is None or value in ("", []):
        return NOTHING
    if isinstance(value, list):
        return ", ".join(field_text(name, item, texts) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{part}: {field_text(part, item, texts)}" for part, item in value.items())
    return _one(name, value, texts)


def cell_text(name: str, stored: str | int | None, texts: Texts) -> str:
    """The same for a value as rows of lists hold it."""
    if name in _LISTS and isinstance(stored, str) and stored:
        return field_text(name, json.loads(stored), texts)
    return field_text(name, stored, texts)


def _one(name: str, value: str | float | bool, texts: Texts) -> str:
    if isinstance(value, bool):
        return texts("yes") if value else texts("no")
    if name in _CODES:
        return ", ".join(_word(name, code, texts) for code in str(value).split(", "))
    if name in _DAYS:
        with suppress(ValueError):
            return texts.day(date.fromisoformat(str(value)))
    return str(value)


def _word(name: str, code: str, texts: Texts) -> str:
    return texts(_CODES[name][code]) if code in _CODES[name] else code
