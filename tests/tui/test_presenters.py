"""Rows and lines without a screen."""

import pytest
from pydantic import JsonValue

from inventory.messages import say
from inventory.records.changes import Action, Risk
from inventory.records.runs import ChangeResult, Outcome, RunState
from tests.tui.fakes import MADE_AT, FakeRun, account, port, workplace
from tests.tui.test_texts import ENGLISH, GERMAN
from tui.pagers import Look
from tui.presenters.changes import (
    Field,
    applied_detail,
    branch_detail,
    concern_detail,
    operation_lines,
    planned_detail,
    run_branch_detail,
)
from tui.presenters.fields import field_text
from tui.presenters.names import ACTIONS, OUTCOME_SIGNS, OUTCOMES, PROBLEMS, STATES, branch_name
from tui.presenters.plans import PlanForest, counts_text, sum_line
from tui.presenters.runs import RunForest, problem_rows, progress_line, run_head
from tui.sources import AppliedChange, Concern, Level, PlanBranch, PlannedChange, Totals


def test_every_state_has_a_name_and_every_outcome_a_sign() -> None:
    assert set(ACTIONS) == set(Action)
    assert set(STATES) == set(RunState)
    assert set(OUTCOMES) == set(Outcome)
    assert set(OUTCOME_SIGNS) == {None, *Outcome}
    assert {outcome for outcome in Outcome if outcome.good} & PROBLEMS == set()


def test_counts_are_by_sign_and_grouped() -> None:
    counts = {Action.CREATE: 1204, Action.MOVE: 2, Action.RENAME: 3, Action.DELETE: 1}
    assert counts_text(counts, GERMAN) == "+1.204 >5 -1"
    assert counts_text({}, GERMAN) == ""


def test_branches_are_called_by_their_stage_school_or_kind() -> None:
    assert branch_name(Level.STAGE, "network", GERMAN) == "Netz"
    assert branch_name(Level.STAGE, "phones", GERMAN) == "phones"
    assert branch_name(Level.SCHOOL, "", GERMAN) == "Ganze Stadt"
    assert branch_name(Level.TARGET, "membership", GERMAN) == "Mitgliedschaften"
    assert branch_name(Level.TARGET, "sw-nord-02", GERMAN) == "sw-nord-02"


@pytest.mark.parametrize(
    ("excluded", "sign", "look"),
    [(0, "[x]", Look.WARNING), (1, "[-]", Look.WARNING), (3, "[ ]", Look.MUTED)],
)
def test_a_branch_says_how_much_of_it_is_selected(excluded: int, sign: str, look: Look) -> None:
    branch = PlanBranch("n", Level.STAGE, "network", {Action.UPDATE: 3}, excluded, Risk.HIGH)
    row = PlanForest(workplace().plan_, GERMAN).branch_row(branch, 1, unfolded=False)
    assert row.cells == (f"  ▸ {sign} Netz", "~3", "!!")
    assert row.look is look


def test_a_change_in_detail() -> None:
    detail = planned_detail(PlannedChange(port(48, Risk.HIGH), excluded=True), ["vlan 90"], GERMAN)
    assert detail.title == "~ sw-nord-02 Gi1/0/48"
    assert detail.lines == (
        "An access point comes into room B204",
        "Ausgeschlossen: wird nicht angewendet.",
        "Risiko: hoch",
        "Braucht zuerst: vlan 90",
    )
    assert detail.fields == (
        Field("Beschreibung", "–", "AP-B204-1"),
        Field("Ungetaggt", "10", "90"),
        Field("Getaggt", "–", "90, 110, 120"),
    )
    assert detail.operations == ("interface Gi1/0/48", "description AP-B204-1")
    assert detail.undo == ("default interface Gi1/0/48",)


def test_ldap_operations_read_like_ldif_and_are_kept_apart() -> None:
    operations: list[JsonValue] = [
        {
            "operation": "modify",
            "dn": "cn=a",
            "changes": [["delete", "sn", ["Old"]], ["add", "sn", ["New"]]],
        },
        {"operation": "add", "dn": "cn=b", "attributes": {"cn": ["b", "c"]}, "controls": None},
    ]
    assert list(operation_lines(operations)) == [
        "dn: cn=a",
        "operation: modify",
        "changes: delete sn Old",
        "changes: add sn New",
        "",
        "dn: cn=b",
        "operation: add",
        "controls: ",
        "attributes:",
        "  cn: b",
        "  cn: c",
    ]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"), ("", "–"), ([], "–"), (True, "ja"), (False, "nein"), (0, "0"),
        (["a", "b"], "a, b"), ({"mode": "trunk", "vlan": [1, 2]}, "mode: trunk, vlan: 1, 2"),
    ],
)  # fmt: skip
def test_values_for_people(value: JsonValue, shown: str) -> None:
    assert field_text("size", value, GERMAN) == shown


def test_a_guard_names_the_command_that_lifts_it() -> None:
    concern = Concern(say("Too many leavers"), guard="leavers", held=1)
    detail = concern_detail(concern, "k3v7", "3a66dc777613", ENGLISH)
    assert "It holds back 1 change." in detail.lines
    assert detail.lines[-1] == (
        "schoolnet apply k3v7 --digest 3a66dc777613 --lift leavers --reason …"
    )


def test_a_branch_in_words() -> None:
    branch = PlanBranch(
        "d", Level.STAGE, "directory", {Action.CREATE: 1200, Action.DISABLE: 3}, 2, Risk.MEDIUM
    )
    assert branch_detail(branch, GERMAN).lines == (
        "+ 1.200 anlegen",
        "! 3 sperren",
        "Ausgeschlossen: 2",
        "Höchstes Risiko: mittel",
    )


def test_the_sum_of_a_plan() -> None:
    totals = Totals({Action.CREATE: 1}, excluded=1, dangerous=1)
    assert sum_line(totals, "3a66dc777613ffff", ENGLISH) == (
        "1 change to apply  +1  1 excluded  !! 1 dangerous  digest 3a66dc777613"
    )
    assert sum_line(Totals({}), "3a66dc777613", ENGLISH).startswith("0 changes to apply  digest")


def test_a_result_in_detail() -> None:
    failed = ChangeResult(change="a1", outcome=Outcome.FAILED, message=say("refused"))
    detail = applied_detail(AppliedChange(account(1, "Gym. Nord"), failed), GERMAN)
    assert detail.lines[:2] == ("Ergebnis: fehlgeschlagen", "refused")
    open_ = applied_detail(AppliedChange(account(1, "Gym. Nord"), None), GERMAN)
    assert open_.lines[0] == "Ergebnis: nicht begonnen"


def test_problems_say_which_what_and_why() -> None:
    result = ChangeResult(change="p14", outcome=Outcome.STALE, message=say("moved"))
    [(key, row)] = problem_rows([AppliedChange(port(14), result)], None, ENGLISH)
    assert (key, row.cells, row.look) == (
        "p14", ("≠ sw-nord-02 Gi1/0/14", "stale", "moved"), Look.ERROR,
    )  # fmt: skip


def run_of(done: int, failed: int) -> FakeRun:
    run = workplace().run_
    for number in range(1, done + 1):
        run.finish(f"a{number}", Outcome.DONE)
    for number in range(done + 1, done + failed + 1):
        run.finish(f"a{number}", Outcome.FAILED)
    return run


def test_progress_counts_time_and_what_is_left() -> None:
    run = run_of(21, 0)
    outcomes = run.branches("")[0].outcomes
    line = progress_line(run.run(), outcomes, MADE_AT + 60_000_000, ENGLISH)
    bar = "▇" * 8 + "▁" * 12 + " 42 %"
    assert line.split("  ") == [bar, "21/49", "0 problems", "1:00", "about 1:20 left"]
    run.end(RunState.DONE)
    assert "left" not in progress_line(run.run(), outcomes, MADE_AT + 600_000_000, ENGLISH)
    assert "1:12" in progress_line(run.run(), outcomes, MADE_AT + 600_000_000, ENGLISH)


def test_an_empty_run_is_whole() -> None:
    run = workplace().run_.run().model_copy(update={"total": 0})
    assert "100 %" in progress_line(run, {}, MADE_AT, ENGLISH)


def test_a_branch_of_a_run_says_how_far_and_what_went_wrong() -> None:
    run = run_of(2, 1)
    forest = RunForest(run, ENGLISH)
    directory, network = forest.branches("")
    assert forest.branch_row(directory, 0, unfolded=True).cells == (
        "▾ ✗ Directory", "2/46", "✗ 1",
    )  # fmt: skip
    assert forest.branch_row(network, 0, unfolded=False).cells == ("▸ · Network", "0/3", "")
    for number in (14, 15, 48):
        run.finish(f"p{number}", Outcome.FOUND_DONE)
    done = forest.branch_row(run.branches("")[1], 0, unfolded=False)
    assert (done.cells[0], done.look) == ("▸ ✓ Network", Look.GOOD)


def test_a_branch_of_a_run_in_words() -> None:
    detail = run_branch_detail(run_of(2, 1).branches("")[0], ENGLISH)
    assert detail.lines == ("✓ 2 done", "✗ 1 failed", "· 43 not begun")


def test_the_head_of_a_run_says_what_it_does() -> None:
    run = workplace().run_
    assert run_head(run.run(), True, ENGLISH).endswith("by anna · running: Directory")
    assert run_head(run.run(), False, ENGLISH).endswith("R resumes it")
    run.end(RunState.DONE)
    assert run_head(run.run(), False, ENGLISH).endswith("· done")
