"""What is said of guards that stand, and of those that hold nothing any more."""

import pytest

from inventory.errors import GuardError
from inventory.messages import say
from inventory.records.changes import Hold, Plan, Selection
from provisioning.engine.starting import check_guards
from schoolnet.commands._common import print_plan

NAMESAKES, LEAVERS = "namesakes:012345:student", "leavers:012345:student"


def held_by(*names: str) -> Plan:
    holds = tuple(
        Hold(name=name, message=say("Look at it."), changes=(f"of {name}",)) for name in names
    )
    return Plan(id="p1", made_at=0, day="2026-08-20", actor="anna", base=0, targets=(), holds=holds)


@pytest.mark.parametrize(
    ("names", "adopts"),
    [([NAMESAKES], True), ([LEAVERS, NAMESAKES], True), ([LEAVERS], False)],
)
def test_accounts_of_the_same_names_can_be_adopted(names: list[str], adopts: bool) -> None:
    with pytest.raises(GuardError) as refused:
        check_guards(held_by(*names), Selection())
    assert ("--adopt" in str(refused.value)) == adopts
    assert ", ".join(names) in str(refused.value)


def test_a_guard_whose_changes_are_excluded_is_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    plan = held_by(LEAVERS, NAMESAKES)
    print_plan(plan, Selection(excluded=frozenset({f"of {LEAVERS}"})), as_json=False)
    said = capsys.readouterr().err.splitlines()
    assert said == [
        f"Guard {LEAVERS}: its changes are excluded from this plan.",
        f"Guard {NAMESAKES}: Look at it.",
    ]
