"""A wrong file was imported: it is withdrawn, and what the school delivered before counts again."""

from pathlib import Path

import pytest

from inventory.records import Enrolment
from inventory.records.people import AccountState, Role
from inventory.store.deliveries import newest_deliveries
from tests.desk import Desk
from tests.whole.commandline import CommandLine, assert_one_message
from tests.whole.place import (
    CITY,
    SCHOOL,
    change_lines,
    delivered,
    desk_of,
    founded,
    pupil_file,
    pupil_row,
)

WHO = {"Interne_ID_Nummer": "99001", "Nachname": "Ahorn", "Vorname": "Kim", "Klasse": "2b"}
BECAUSE = ("--reason", "file of another school")


@pytest.fixture
def cli(tmp_path: Path) -> CommandLine:
    """The first exports are applied; then a file comes that lacks most pupils and has one more."""
    cli = founded(tmp_path / "place")
    desk = desk_of(cli)
    delivered(desk)
    desk.apply(desk.plan())
    change_lines(cli, [], pupil_row(cli, **WHO))
    delivered(desk)
    return cli


def pupils(cli: CommandLine) -> set[str]:
    """Who is enrolled."""
    with desk_of(cli).place.reader() as reader:
        return {e.person for e in reader.records(Enrolment) if e.role is Role.STUDENT}


def usable(desk: Desk) -> set[str]:
    """User names of active accounts."""
    return {name for name, state in desk.accounts().items() if state is AccountState.ACTIVE}


def in_force(cli: CommandLine, role: str = "student") -> str:
    """The delivery that counts."""
    with desk_of(cli).place.reader() as reader:
        (found,) = [d.id for d in newest_deliveries(reader) if d.role == role]
    return found


def test_what_was_delivered_before_is_in_force_again(cli: CommandLine) -> None:
    pending = cli.plan("roster")
    (wrong,) = [d for d in cli("deliveries", "--json").json if d["role"] == "student"]
    assert (wrong["school_number"], wrong["row_count"]) == (SCHOOL, 1)
    assert_one_message(cli("deliveries", "withdraw", wrong["id"], code=None), 2, "--reason TEXT")
    refused = cli("deliveries", "withdraw", wrong["id"], "zzz", *BECAUSE, code=None)
    assert_one_message(refused, 2, "zzz")
    assert in_force(cli) == wrong["id"], "all or none"

    done = cli("deliveries", "withdraw", wrong["id"][:6], *BECAUSE, "--json").json
    assert done["withdrawn"] == [wrong]
    assert [one["id"] for one in done["in_force"]] == [in_force(cli)] != [wrong["id"]]
    assert cli("plan", "roster").code == 0, "nothing is to do: all is as before the wrong file"
    cli.apply(pending, "--lift", f"leavers:{SCHOOL}:student", "--reason", "hurry", code=7)
    assert "kim.ahorn" not in desk_of(cli).accounts(), "a plan from the wrong file is stale"

    (told,) = [one for one in cli("journal", "--json").json if one["action"] == "withdraw"]
    assert (told["kind"], told["record"]) == ("delivery", wrong["id"])
    assert told["payload"]["reason"] == BECAUSE[1]
    assert told["payload"]["actor"]
    cli("journal", "verify")


def test_a_withdrawn_file_comes_back_only_by_its_name(cli: CommandLine) -> None:
    wrong, right = in_force(cli), founded(cli.folder.parent / "right")
    said = cli("deliveries", "withdraw", wrong, *BECAUSE)
    first, second = said.out.splitlines()
    assert first.startswith(f"withdrawn {wrong} student")
    assert second.startswith(f"delivery {in_force(cli)} student")
    assert SCHOOL in said.err
    again = cli("import", "roster")
    assert again.out == ""
    assert "only when you name it" in again.err
    line = cli("import", "roster", pupil_file(cli)).out.rstrip("\n")
    assert "rows 1 " in line
    assert line.endswith(f" school {SCHOOL} {CITY.members[0].record.name}")
    pupil_file(cli).write_bytes(pupil_file(right).read_bytes())
    assert " student " in cli("import", "roster").out
    assert cli("plan", "roster").code == 0


def test_only_one_step_leads_back(cli: CommandLine) -> None:
    first = in_force(cli)
    for class_name in ("1c", "2c"):
        change_lines(cli, [], pupil_row(cli, **{**WHO, "Klasse": class_name}))
        delivered(desk_of(cli))
        delivered(desk_of(cli))  # the same file once more is no step
    cli("deliveries", "withdraw", in_force(cli), *BECAUSE)
    assert in_force(cli) != first
    refused = cli("deliveries", "withdraw", in_force(cli), *BECAUSE, code=None)
    assert_one_message(refused, 2, "not kept any more", "Import the right file")


def test_after_an_applied_plan_the_next_one_leads_back(cli: CommandLine) -> None:
    before, desk = pupils(cli), desk_of(cli)
    active = usable(desk)
    hurried = desk.plan()
    desk.apply(hurried, lift=tuple(hold.name for hold in hurried.holds))
    assert len(before) > 2
    assert len(pupils(cli)) == 1
    cli("deliveries", "withdraw", in_force(cli), *BECAUSE)
    desk.apply(desk.plan())
    assert pupils(cli) == before
    assert usable(desk) == active
    assert desk.accounts()["kim.ahorn"] is AccountState.DISABLED


def test_without_one_before_nothing_is_in_force(cli: CommandLine) -> None:
    said = cli("deliveries", "withdraw", in_force(cli), in_force(cli, "teacher"), *BECAUSE)
    assert "Nobody is taken for a leaver" in said.err
    assert [d["role"] for d in cli("deliveries", "--school", SCHOOL, "--json").json] == ["student"]
    cli("deliveries", "withdraw", in_force(cli), *BECAUSE)
    assert cli("plan", "roster").code == 0
