"""A small city's place, worked only by the real command line."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from inventory.records.runs import RunState
from inventory.rosters.settings import SourceSettings
from inventory.store.journals import head_hash
from provisioning.lab.city import City
from provisioning.lab.exports import PUPIL_FILE, sources, sources_toml, write_exports
from provisioning.lab.samba import Samba
from provisioning.lab.slapd import Slapd
from schoolnet.place import Place
from tests.desk import NO_GRACE, Desk
from tests.whole.commandline import CommandLine
from tests.whole.directory_desk import directory_toml

CITY = City(seed=5, schools=1, scale=0.02)
YEAR = CITY.first_year
SCHOOL = CITY.members[0].record.number
ROLES = ("student", "teacher")


def founded(
    folder: Path, server: Slapd | Samba | None = None, port: int | None = None, life: str = NO_GRACE
) -> CommandLine:
    """The city's first year in `import/`, not taken in yet; with a directory if one is given."""
    directory = directory_toml(server, port) if server else ""
    desk = Desk(folder, life + directory, sources_toml(CITY, "import", YEAR))
    desk.add(*(member.record for member in CITY.members))
    write_exports(CITY, folder / "import", YEAR)
    return CommandLine(folder)


def desk_of(cli: CommandLine) -> Desk:
    """The same place, worked in this process: for what a test only needs to have happened."""
    desk = Desk.__new__(Desk)
    desk.place = Place(cli.folder)
    return desk


def delivered(desk: Desk) -> None:
    """Take in all exports as they are now."""
    for source in sources(CITY, "import", YEAR):
        settings = SourceSettings.model_validate(source)
        desk.take_in(settings, desk.place.folder / settings.files)


def applied(desk: Desk) -> RunState:
    """Take in all exports as they are now, plan, and apply."""
    delivered(desk)
    return desk.apply(desk.plan("roster", "directory"))


def pupil_file(cli: CommandLine) -> Path:
    """The pupils' export of the only school."""
    return cli.folder / "import" / SCHOOL / PUPIL_FILE


def pupil_row(cli: CommandLine, **cells: str) -> str:
    """A line that fits the pupils' export: these cells, the others as in its first line."""
    header, first, *_others = pupil_file(cli).read_text(encoding="utf-8").splitlines()
    known = dict(zip(header.split(";"), first.split(";"), strict=True))
    names = {name.replace(" ", "_").replace("-", "_"): name for name in known}
    return ";".join({**known, **{names[key]: value for key, value in cells.items()}}.values())


def change_lines(cli: CommandLine, keep: Iterable[str] | None, *more: str) -> None:
    """Let the pupils' export have only these lines (None: all it has) and further ones."""
    lines = pupil_file(cli).read_text(encoding="utf-8").splitlines()
    kept = lines if keep is None else [lines[0], *keep]
    text = "".join(f"{line}\r\n" for line in (*kept, *more))
    pupil_file(cli).write_text(text, encoding="utf-8", newline="")


def files_of(folder: Path) -> Iterator[Path]:
    """Everything that the product itself wrote: all but the schools' own files."""
    own = folder / "import"
    return (f for f in sorted(folder.rglob("*")) if f.is_file() and not f.is_relative_to(own))


def found_in(folder: Path, *words: str) -> Mapping[Path, list[str]]:
    """Which files hold which of these words, in any case."""
    found = {}
    for file in files_of(folder):
        content = file.read_bytes().lower()
        if there := [word for word in words if word.lower().encode() in content]:
            found[file] = there
    return found


def seen(cli: CommandLine) -> tuple[object, ...]:
    """The journal's head, how many rows there are of what commands make, and which files."""
    tables = ("delivery", "delivery_row", "plan", "plan_change", "run", "plan_lifted")
    with Place(cli.folder).reader() as reader:
        counts = [reader.execute(f"SELECT count(*) FROM {name}")[0][0] for name in tables]
        head = head_hash(reader)
    fleeting = {"inventory.sqlite-wal", "inventory.sqlite-shm", "run.lock"}
    return head, counts, [f for f in files_of(cli.folder) if f.name not in fleeting]
