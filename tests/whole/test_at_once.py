"""Several at once, each a process of its own: nobody is told of locks, nothing is lost."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from inventory.errors import StaleError
from inventory.records import Device, Room
from inventory.records.deliveries import Delivery
from inventory.store.deliveries import DeliveryRow, deliveries, delivery_rows
from inventory.store.journals import entries
from inventory.store.queries import Query
from inventory.store.saving import save_delivery
from provisioning.lab.proxy import Direction, Proxy
from provisioning.lab.slapd import Slapd
from schoolnet.place import Place
from tests.whole.commandline import assert_one_message, finished, run_of
from tests.whole.place import CITY, founded, pupil_file

HOME = CITY.members[0].record


def test_a_run_lets_others_work_and_no_second_run_begin(own_slapd: Slapd, tmp_path: Path) -> None:
    with Proxy(own_slapd.port) as proxy, ExitStack() as stack:
        cli = founded(tmp_path / "place", own_slapd, proxy.port)
        settings = tmp_path / "place/schoolnet.toml"
        text = settings.read_text().replace("receive_timeout = 5", "receive_timeout = 60")
        settings.write_text(text)
        cli("import", "roster")
        plan, other = cli.plan(), cli.plan()
        proxy.arm(Direction.REQUEST, 6000, own_slapd.pause)
        first = stack.enter_context(cli.started("apply", plan[0], "--digest", plan[1], "--yes"))
        assert proxy.fired.wait(60)
        (run,) = cli("runs", "--json").json
        assert (run["plan"], run["state"]) == (plan[0], "running")
        for refused in (cli.apply(other, code=None), cli("runs", "resume", run["run"], code=None)):
            assert_one_message(refused, 8, f"Run {run['run']} is under way")
        together = [cli.start("plan", "roster"), cli.start("plan", "roster"),
                    cli.start("import", "roster", pupil_file(cli))]  # fmt: skip
        assert [finished(process, None).code for process in together] == [0, 0, 0]
        own_slapd.resume()
        said = finished(first)
        assert run_of(said) == run["run"]
        cli("verify")
    cli("journal", "verify")


def test_one_of_two_who_apply_the_same_plan_does(tmp_path: Path) -> None:
    cli = founded(tmp_path / "place")
    cli("import", "roster")
    plan, digest = cli.plan()
    both = [cli.start("apply", plan, "--digest", digest, "--yes") for _person in range(2)]
    said = sorted((finished(process, None) for process in both), key=lambda each: each.code)
    assert said[0].code == 0
    assert_one_message(said[1], said[1].code, "was applied by run" if said[1].code == 2 else "Run")
    assert said[1].code in {2, 8}
    assert len(cli("runs", "--json").json) == 1


def records(path: Path, *found: Device | Room) -> Path:
    lines = (json.dumps({"kind": one.kind, **one.model_dump(mode="json")}) for one in found)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_many_write_and_read_at_once(tmp_path: Path) -> None:
    """Own records of each are all there; of one record only one change at a time wins."""
    cli = founded(tmp_path / "place")
    writers = 6
    room = Room(id="room", school=HOME.id, building="b", name="as it was")
    cli("import", "records", records(tmp_path / "room", room))
    files = [
        records(
            tmp_path / f"files{n}", room.model_copy(update={"name": f"writer {n}"}),
            *(Device(id=f"{n}-{i}", serial=f"{n}-{i}", category="tablet", school=HOME.id)
              for i in range(400)),
        )
        for n in range(writers)
    ]  # fmt: skip
    started = [cli.start("import", "records", file, "--json") for file in files]
    reading = [cli.start("list", "device", "--limit", "5") for _reader in range(2)]
    said = [finished(process, None) for process in started]
    for each in said:
        assert each.code in {0, 5}, each
        assert "locked" not in each.err, each
        assert each.code == 0 or "Someone changed this room" in each.err, each
    assert [finished(process).err for process in reading] == ["", ""]
    done = [json.loads(each.out) for each in said if each.code == 0]
    assert all(counts == {"room": 1, "device": 400} for counts in done)
    with Place(cli.folder).reader() as reader:
        assert reader.count(Query(kind="device")) == 400 * len(done) > 0
        versions = [line.body["after"]["name"] for line in entries(reader, record="room")
                    if line.body]  # fmt: skip
    assert len(versions) == len(set(versions)) == 1 + len(done), "nobody overwrites unseen"
    cli("journal", "verify")


@pytest.mark.parametrize("first", [0, 3])
def test_an_import_that_another_one_overtook_is_refused(tmp_path: Path, first: int) -> None:
    """Its first rows were dropped with the older deliveries: they would look like leavers."""
    place = Place(founded(tmp_path / "place").folder)
    rows: list[DeliveryRow] = [(n, f"person{n}", {"keys": [str(n)]}) for n in range(5000)]
    with place.reader() as reader, place.writer() as writer, place.writer() as other:

        def overtaken() -> Iterator[DeliveryRow]:
            yield from rows[: first * 1000]
            save_delivery(other, delivery("overtaker"), rows, ())
            yield from rows[first * 1000 :]

        with pytest.raises(StaleError, match="at the same time"):
            save_delivery(writer, delivery("overtaken"), overtaken(), ())
        assert [found.id for found in deliveries(reader)] == ["overtaker"]
        assert len(list(delivery_rows(reader, "overtaker"))) == 5000
        assert list(delivery_rows(reader, "overtaken")) == []


def delivery(name: str) -> Delivery:
    return Delivery(
        id=name, made_at=1, actor="anna", source="north", system="schild", school=HOME.id,
        role="student", school_year="2026/27", file_name="f.csv", sha256="", size=1,
        format="schild", encoding="utf-8", row_count=5000, problem_count=0, absence_counts=True,
    )  # fmt: skip
