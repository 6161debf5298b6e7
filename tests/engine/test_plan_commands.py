"""``plans`` and ``runs``: nothing is left out in silence, and nothing is no name."""

from pathlib import Path

from tests.whole.commandline import assert_one_message
from tests.whole.place import founded


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


def test_an_empty_id_names_no_plan_and_no_run(tmp_path: Path) -> None:
    """Else a script's empty variable would mean the only one there is."""
    cli = founded(tmp_path / "place")
    cli("import", "roster")
    cli.apply(cli.plan("roster"))
    assert_one_message(cli("plans", "show", "", code=None), 2, "schoolnet plans")
    assert_one_message(cli("runs", "show", "", code=None), 2, "schoolnet runs")
