"""All reports. A new one is a Report in a file of its own, and one line here."""

from collections.abc import Mapping

from inventory.errors import UsageError
from inventory.messages import _, say
from inventory.reports.access_points import ACCESS_POINTS
from inventory.reports.accounts import ACCOUNTS
from inventory.reports.changes import CHANGES
from inventory.reports.devices import DEVICES
from inventory.reports.questions import Report

CATALOGUE: Mapping[str, Report] = {
    report.name: report for report in (DEVICES, ACCESS_POINTS, ACCOUNTS, CHANGES)
}


def report_named(name: str) -> Report:
    """The report of this name; raises UsageError that lists all names."""
    if name not in CATALOGUE:
        message = _("There is no report {name}. Reports are: {names}.")
        raise UsageError(say(message, name=name, names=", ".join(CATALOGUE)))
    return CATALOGUE[name]
