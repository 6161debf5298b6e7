"""A wrong delivery is put right by putting the earlier file back."""

from pathlib import Path

from provisioning.lab.exports import PUPIL_FILE
from tests.whole.place import SCHOOL, founded


def test_the_earlier_file_put_back_counts_again(tmp_path: Path) -> None:
    cli = founded(tmp_path / "place")
    pupils = cli.folder / "import" / SCHOOL / PUPIL_FILE
    right = pupils.read_bytes()

    def taken_in() -> list[int]:
        said = cli("import", "roster", "--json")
        assert said.code == 0, said.err
        return [delivery["row_count"] for delivery in said.json["deliveries"]]

    assert len(taken_in()) == 2
    assert taken_in() == []
    lines = right.splitlines(keepends=True)
    pupils.write_bytes(b"".join(lines[:-1]))
    assert taken_in() == [len(lines) - 2]
    pupils.write_bytes(right)
    assert taken_in() == [len(lines) - 1]
    assert taken_in() == []
