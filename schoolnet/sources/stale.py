"""Whether a plan is of now: a run does not send what the inventory moved under."""

from collections.abc import Collection, Mapping

from inventory.messages import Message, _, say
from inventory.records import School
from inventory.records.changes import Plan
from inventory.store.journals import moved_since
from inventory.store.reading import SqliteReader
from inventory.store.runs import runs_of_plan
from provisioning.directory.wanted import READS as DIRECTORY_READS
from provisioning.network.intent import READS as NETWORK_READS
from provisioning.roster.planner import RosterPlanner

_READS: Mapping[str, frozenset[str]] = {
    "roster": RosterPlanner.reads,
    "directory": DIRECTORY_READS,
    "network": NETWORK_READS,
}
_MOST_SCHOOLS = 3


def stale(reader: SqliteReader, plan: Plan, schools: Collection[str]) -> Message | None:
    """What to know of a plan of these schools when the inventory moved since; None: nothing.

    A plan that was applied is never stale: it moved the inventory itself.
    """
    if runs_of_plan(reader, plan.id):
        return None
    moved = {
        school
        for target in plan.targets
        for school in moved_since(reader, plan.base, _READS[target], plan.id)
    }
    if "" in moved:
        return say(_("Stale: the inventory moved since. Make a new plan: schoolnet plan"))
    found = sorted(
        school.name for school in reader.records(School) if school.id in moved & {*schools}
    )
    if not found:
        return None
    names = ", ".join(found[:_MOST_SCHOOLS]) + (", …" if len(found) > _MOST_SCHOOLS else "")
    message = _("Stale at {schools}: the inventory moved there. New plan: schoolnet plan")
    return say(message, schools=names)
