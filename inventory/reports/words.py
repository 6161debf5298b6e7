"""What kinds, fields, actions and coded values are called in reports: codes and message ids."""

from collections.abc import Mapping

from inventory.messages import Message, _, say
from inventory.reports.tables import Value, Word

KINDS: Mapping[str, str] = {
    "school": _("School"),
    "site": _("Site"),
    "building": _("Building"),
    "room": _("Room"),
    "device": _("Device"),
    "access_point": _("Access point"),
    "switch": _("Switch"),
    "interface": _("Interface"),
    "lag": _("Link aggregation"),
    "vlan": _("VLAN"),
    "ssid": _("Wi-Fi name"),
    "port_profile": _("Port profile"),
    "person": _("Person"),
    "source_key": _("Id at the school"),
    "link": _("Joined persons"),
    "school_class": _("Class"),
    "enrolment": _("Enrolment"),
    "loan": _("Loan"),
    "account": _("Account"),
    "change": _("Change in a directory or switch"),
    "delivery": _("Import"),
    "erasure": _("Erasure"),
    "export": _("Export"),
    "guard": _("Guard"),
    "plan": _("Plan"),
    "report": _("Report"),
    "run": _("Run"),
}
"""Kinds of records, and of what else the journal holds."""

ACTIONS: Mapping[str, str] = {
    "create": _("create"),
    "update": _("update"),
    "delete": _("delete"),
    "lift": _("lifted"),
    "resume": _("resumed"),
    "retry": _("tried again"),
    "waiting": _("waiting"),
    "running": _("running"),
    "paused": _("paused"),
    "cancelled": _("cancelled"),
    "done": _("done"),
    "finished": _("finished, not all done"),
    "failed": _("failed"),
    "found_done": _("found done"),
    "stale": _("stale"),
    "skipped": _("skipped"),
    "rolled_back": _("rolled back"),
    "differs": _("differs"),
}

DEVICE_STATUS: Mapping[str, str] = {
    "active": _("in use"),
    "stored": _("in storage"),
    "defective": _("defective"),
    "missing": _("missing"),
    "retired": _("retired"),
}

ACCOUNT_STATE: Mapping[str, str] = {
    "planned": _("planned"),
    "active": _("active"),
    "grace": _("in grace"),
    "disabled": _("disabled"),
    "deleted": _("deleted"),
}

ROLES: Mapping[str, str] = {
    "student": _("Student"),
    "teacher": _("Teacher"),
    "staff": _("Staff member"),
    "guardian": _("Guardian"),
}


def role_word(role: str) -> Message:
    """What a role is called, to stand within a sentence."""
    return Message(id=ROLES[role]) if role in ROLES else say("{text}", text=role)


"""Roles of persons, in the order of reports."""

NETWORK_ROLES: Mapping[str, str] = {
    "pedagogic": _("Teaching network"),
    "administration": _("Administration network"),
    "guest": _("Guest network"),
    "voip": _("Telephony"),
    "printers": _("Printers"),
    "management": _("Network management"),
    "access_points": _("Access points"),
}

YES_NO: Mapping[str, str] = {"0": _("no"), "1": _("yes")}

FIELD_WORDS: Mapping[str, Mapping[str, str]] = {
    "status": DEVICE_STATUS,
    "state": ACCOUNT_STATE,
    "role": {**ROLES, **NETWORK_ROLES},
    "left_as": ROLES,
    "untagged": NETWORK_ROLES,
    "voice": NETWORK_ROLES,
    "enabled": YES_NO,
    "poe": YES_NO,
    "protected": YES_NO,
    "adopted": YES_NO,
    "renaming": YES_NO,
}
"""What the codes in these fields are called."""

FIELDS: Mapping[str, str] = {
    "address": _("Address"),
    "adopted": _("Adopted"),
    "birth_date": _("Date of birth"),
    "building": _("Building"),
    "category": _("Kind"),
    "credential": _("Login used"),
    "deleted_on": _("Deleted on"),
    "description": _("Description"),
    "device": _("Device"),
    "disabled_on": _("Disabled on"),
    "email": _("E-mail"),
    "enabled": _("Switched on"),
    "ends_on": _("Ends on"),
    "family_name": _("Family name"),
    "final_grade": _("Final year group"),
    "floor": _("Floor"),
    "given_name": _("Given name"),
    "grade": _("Year group"),
    "held": _("Held because"),
    "host_key": _("Host key"),
    "id": _("Id"),
    "interface": _("Interface"),
    "inventory_number": _("Inventory number"),
    "lag": _("Link aggregation"),
    "left_as": _("Left as"),
    "left_on": _("Left on"),
    "lent_on": _("Lent on"),
    "lifts": _("Rules lifted"),
    "mac": _("MAC address"),
    "managed_by": _("Managed by"),
    "manufacturer": _("Manufacturer"),
    "model": _("Model"),
    "name": _("Name"),
    "number": _("School number"),
    "other": _("Delivered as"),
    "person": _("Person"),
    "platform": _("Platform"),
    "poe": _("Power over Ethernet"),
    "port": _("Port"),
    "posix_id": _("POSIX number"),
    "postal_code": _("Postal code"),
    "profile": _("Port profile"),
    "protected": _("Protected"),
    "purchased_on": _("Purchased on"),
    "record_id": _("Id at the school"),
    "renaming": _("New name not in the directory yet"),
    "returned_on": _("Returned on"),
    "role": _("Role"),
    "room": _("Room"),
    "same": _("One person"),
    "school": _("School"),
    "school_class": _("Class"),
    "school_type": _("School type"),
    "school_year": _("School year"),
    "serial": _("Serial number"),
    "service_email": _("Official e-mail"),
    "site": _("Site"),
    "stack_member": _("Number in the stack"),
    "starts_on": _("Starts on"),
    "state": _("State"),
    "status": _("State"),
    "street": _("Street"),
    "switch": _("Switch"),
    "system": _("Source system"),
    "tagged": _("Tagged"),
    "town": _("Town"),
    "untagged": _("Untagged"),
    "use": _("Use"),
    "user_name": _("User name"),
    "valid_from": _("Valid from"),
    "valid_until": _("Valid until"),
    "vlan_id": _("VLAN ID"),
    "voice": _("Voice VLAN"),
}
"""Every field of every record."""


def word(titles: Mapping[str, str], code: object) -> Value:
    """A code with its title; a code without one stands for itself, as a new kind of event does."""
    text = "" if code is None else str(code)
    return Word(text, titles[text]) if text in titles else text
