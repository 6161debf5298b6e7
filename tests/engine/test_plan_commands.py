"""``plans`` and ``runs``: nothing is left out in silence, and nothing is no name."""

from pathlib import Path

from inventory.records.runs import RunState
from inventory.store.runs import update_run
from tests.whole.commandline import assert_one_message, run_of
from tests.whole.place import change_lines, desk_of, founded, pupil_row


def test_changes_that_are_not_shown_are_counted(tmp_path: Path) -> None:
    cli = founded(tmp_path / "place")
    delivered = cli("import", "roster", "--json").json["deliveries"]
    assert [one["complete"] for one in delivered] == [True, True]
    plan, _digest = cli.plan("roster")
    all_of_it = cli("plans", "show", plan, "--limit", "1000")
    total = all_of_it.out.count("[x]")
    assert total > 3
    assert "more" not in all_of_it.err
    part = cli("plans", "show", plan, "--limit", "3", "--json")
    assert len(part.out.splitlines()) == 1 + 3
    assert f"{total - 3} more: schoolnet plans show {plan} --limit {total}" in part.err
    assert "more" not in cli("plans", "show", plan, "--limit", "0").err


def test_a_wrong_target_is_told_wherever_one_is_named(tmp_path: Path) -> None:
    """Else plans show would show a plan without changes."""
    cli = founded(tmp_path / "place")
    cli("import", "roster")
    plan, _digest = cli.plan("roster")
    for call in (["plan", "rooster"], ["verify", "rooster"],
                 ["plans", "show", plan, "--target", "rooster"]):  # fmt: skip
        assert_one_message(cli(*call, code=None), 2, "rooster is no target")


def test_an_empty_id_names_no_plan_and_no_run(tmp_path: Path) -> None:
    """Else a script's empty variable would mean the only one there is."""
    cli = founded(tmp_path / "place")
    cli("import", "roster")
    cli.apply(cli.plan("roster"))
    assert_one_message(cli("plans", "show", "", code=None), 2, "schoolnet plans")
    assert_one_message(cli("runs", "show", "", code=None), 2, "schoolnet runs")


def test_a_run_is_shown_with_all_that_went_wrong(tmp_path: Path) -> None:
    cli = founded(tmp_path / "place")
    more = [pupil_row(cli, Interne_ID_Nummer=str(n), Nachname=f"N{n}") for n in range(8000, 8025)]
    change_lines(cli, None, *more)
    cli("import", "roster")
    plan = cli.plan("roster")
    change_lines(cli, None, pupil_row(cli, Interne_ID_Nummer="9000", Nachname="Neu"))
    cli("import", "roster")
    applied = cli.apply(plan, code=7)
    run = run_of(applied)
    shown = cli("runs", "show", run, code=7)
    for said, others in ((applied, 2), (shown, 36)):
        assert said.err.count("stale: ") == 1
        assert "The same for 36 others:" in said.err
        keys = [line for line in said.err.splitlines() if line.startswith("    ")]
        assert ("    ..." in keys) == (others == 2)
        assert len([key for key in keys if key != "    ..."]) == others


def test_a_run_whose_process_is_gone_is_not_shown_as_running(tmp_path: Path) -> None:
    cli = founded(tmp_path / "place")
    cli("import", "roster")
    desk = desk_of(cli)
    run = desk.enter(desk.plan("roster"))
    with desk.place.writer() as writer, writer.transaction() as tx:
        update_run(tx, run, RunState.RUNNING)
    (listed,) = cli("runs", "--json").json
    shown = cli("runs", "show", run, "--json", code=1)
    assert listed["state"] == shown.json["state"] == "interrupted"
    assert f"schoolnet runs resume {run}" in shown.err
    cli("runs", "resume", run)
    assert cli("runs", "show", run, "--json").json["state"] == "done"
