"""``journal``: what an auditor asks for is what is shown."""

from pathlib import Path

from inventory.records import School
from tests.whole.commandline import CommandLine
from tests.whole.place import desk_of, founded


def test_the_newest_entries_of_a_school_are_found_behind_many_others(tmp_path: Path) -> None:
    cli = founded(tmp_path / "place")
    quiet = School.model_validate(
        {"id": "quiet", "number": "054321", "name": "Quiet", "school_type": "Realschule"}
    )
    desk_of(cli).add(quiet)
    cli("import", "roster")
    cli.apply(cli.plan("roster"))

    def seen(*options: str) -> list[int]:
        return [line["seq"] for line in cli("journal", "--json", *options).json]

    everything = seen("--after", "0", "--limit", "1000")
    assert len(everything) > 30
    assert seen("--limit", "3") == everything[-3:]
    assert seen("--school", "054321", "--limit", "3") == everything[1:2]


def test_a_noted_head_is_known_by_its_beginning(tmp_path: Path) -> None:
    cli: CommandLine = founded(tmp_path / "place")
    number, digest = cli("journal", "verify", "--json").json["head"].split(":")
    cli("import", "roster")
    cli("journal", "verify", "--head", f"{number}:{digest[:12].upper()}")
    for wrong in (f"{number}:{digest[1:]}", number, f"{number}:", f"999:{digest}", "x"):
        assert wrong in cli("journal", "verify", "--head", wrong, code=1).err
