"""The documentation names what there is, and nothing else: commands, settings, codes, records."""

import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import typer
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from inventory.errors import SchoolnetError
from inventory.records import KINDS, Account, Enrolment, Person, School, SchoolClass
from inventory.records.changes import Action, Change
from inventory.records.people import AccountState, Role
from inventory.records.places import SchoolType
from inventory.records.runs import Outcome, RunState
from inventory.reports.catalogue import CATALOGUE
from inventory.rosters import schild
from inventory.rosters.catalogue import FORMATS
from inventory.rosters.layout import FIELDS
from provisioning.network.platforms import platform_names
from provisioning.roster.importing import GUARDS
from schoolnet import compose
from schoolnet.cli import COMMANDS, app
from schoolnet.output import ExitCode, exit_code
from schoolnet.settings import Settings, setting_names
from tests.desk import Desk
from tests.documents import DOCS, codes, first_cells, read, sections
from tui.keymap import KEYS, TITLES, Context, name_of
from tui.screens.base import BaseScreen
from tui.texts import load_texts

PACKAGES = ("inventory", "provisioning", "schoolnet", "tui")


def commands() -> dict[str, Any]:
    """Every command a person can call, by its words."""
    group: Any = typer.main.get_command(app)
    found = {"schoolnet": group}
    for name, command in COMMANDS.items():
        if command.summary:
            _collect(f"schoolnet {name}", group.get_command(None, name), found)
    return found


def _collect(words: str, command: Any, found: dict[str, Any]) -> None:
    found[words] = command
    for name, inner in getattr(command, "commands", {}).items():
        _collect(f"{words} {name}", inner, found)


COMMAND_SECTIONS = {
    heading.strip("`"): body
    for heading, body in sections(read("commands.md")).items()
    if heading.startswith("`schoolnet")
}


def test_every_command_has_its_section() -> None:
    assert COMMAND_SECTIONS.keys() == commands().keys()


@pytest.mark.parametrize("words", sorted(COMMAND_SECTIONS))
def test_a_command_has_the_options_and_arguments_that_its_section_names(words: str) -> None:
    taken = commands()[words].params
    options = {name for p in taken if p.param_type_name == "option" for name in p.opts}
    arguments = {(p.metavar or p.name).upper() for p in taken if p.param_type_name == "argument"}
    named = [
        code.split()[0]
        for cell in first_cells(COMMAND_SECTIONS[words])
        for code in codes(cell)
        if words != "schoolnet report" or code not in CATALOGUE
    ]
    assert {name for name in named if name.startswith("-")} == options
    assert {name for name in named if not name.startswith("-")} == arguments


def settings_fields(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Settings as they are written, without the stars of `setting_names`."""
    for name, field in model.model_fields.items():
        inner = next(_models_in(field.annotation), None)
        if inner is None:
            yield prefix + name, field
        else:
            yield from settings_fields(inner, f"{prefix}{name}.")


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def test_every_setting_is_documented_with_its_default() -> None:
    rows = re.findall(r"^\| `([a-z_.*]+)` \| (.+?) \| (.+) \|$", read("settings.md"), re.MULTILINE)
    documented = {name: default for name, default, _meaning in rows}
    assert sorted(documented) == sorted(setting_names(Settings))
    plain = {name.replace("*.", ""): default for name, default in documented.items()}
    assert plain == {name: _shown(field) for name, field in settings_fields(Settings)}


def _shown(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.get_default(call_default_factory=True)
    return "–" if default in ("", None, (), {}) else f"`{json.dumps(default)}`"


def test_every_exit_code_is_documented() -> None:
    rows = re.findall(r"^\| (\d+) \| `(\w+)` \|", read("exit-codes.md"), re.MULTILINE)
    assert {name: int(code) for code, name in rows} == {code.name: code.value for code in ExitCode}


def load_all(*packages: str) -> None:
    """Load every module below, so that all classes are known."""
    for package in packages:
        found = importlib.import_module(package)
        for module in pkgutil.walk_packages(found.__path__, f"{package}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)


def test_every_error_is_documented_with_its_code() -> None:
    load_all(*PACKAGES)
    errors: list[type[SchoolnetError]] = [SchoolnetError, *_branches(SchoolnetError)]
    ours = [error for error in errors if error.__module__.partition(".")[0] in PACKAGES]
    rows = re.findall(r"^\| `(\w+Error)` \| (\d) \|", read("exit-codes.md"), re.MULTILINE)
    expected = {error.__name__: exit_code(error.__new__(error)).value for error in ours}
    assert {name: int(code) for name, code in rows} == expected


def _branches(error: type[SchoolnetError]) -> Iterator[type[SchoolnetError]]:
    for branch in error.__subclasses__():
        yield branch
        yield from _branches(branch)


@pytest.fixture
def holds(tmp_path: Path) -> list[list[str]]:
    """What each guard of the program calls its holds, when two changes trip them all."""
    limited = ("leavers", "deletions", "namesakes", "identity")
    limits = "".join(f"{what}_number = 0\n{what}_percent = 0\n" for what in limited)
    limits = limits.replace("namesakes_number = 0", "namesakes_number = 1")
    desk = Desk(tmp_path / "place", f'[guards]\n{limits}\nprotected_accounts = ["a.b"]')
    school = School(number="012345", name="Nord", school_type=SchoolType.GYMNASIUM)
    school_class = SchoolClass(school=school.id, name="7a", grade=7)
    person = Person(given_name="A", family_name="B", school=school.id)
    place = Enrolment(
        person=person.id, school=school.id, role=Role.STUDENT, school_class=school_class.id,
        school_year="2026/27",
    )  # fmt: skip
    account = Account(
        person=person.id, school=school.id, user_name="a.b", state=AccountState.ACTIVE
    )
    others = [School(number=f"02345{n}", name="Alone", school_type="Gymnasium") for n in range(4)]
    alone = [Enrolment(person=f"p{school.number}", school=school.id, role=Role.STAFF,
                       school_year="2026/27") for school in others]  # fmt: skip
    desk.add(school, school_class, person, place, account, *others, *alone)
    leaver = Change(
        id="c1", target="roster", action=Action.DISABLE, kind="person", key="B, A",
        person=person.id, school=school.id, role="student", year_group="7", inferred=True,
        reason=SchoolnetError("left").message,
    )  # fmt: skip
    deleted = leaver.model_copy(update={"id": "c2", "action": Action.DELETE, "inferred": False})
    with desk.place.reader() as reader:
        guards = compose.guards(desk.place, reader, desk.place.today)
        for guard in guards:
            guard.see(leaver)
            for n, one in enumerate(alone):
                more = {"id": f"s{n}", "school": one.school, "role": "staff", "year_group": ""}
                guard.see(leaver.model_copy(update=more))
            guard.see(leaver.model_copy(update={"id": "c2", "proposal": "moves:012345:7"}))
            guard.see(deleted)
            for n, one in enumerate((place, place, *alone)):
                new = {"id": f"n{n}", "school": one.school, "role": one.role.value,
                       "namesake": True}  # fmt: skip
                guard.see(leaver.model_copy(update=new))
            guard.see(leaver.model_copy(update={"id": "c4", "other_person": True}))
        return [[hold.name for hold in guard.holds()] for guard in guards]


def test_every_guard_is_documented(holds: list[list[str]]) -> None:
    assert all(holds), "a guard that this test does not trip: extend the test and guards.md"
    parts = {(name.split(":")[0], name.count(":")) for names in holds for name in names}
    rows = re.findall(r"^\| `([^`]+)` \| (plan|import) \|", read("guards.md"), re.MULTILINE)
    documented = {(name.split(":")[0], name.count(":")) for name, at in rows if at == "plan"}
    assert documented == parts
    assert {name for name, at in rows if at == "import"} == set(GUARDS)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_field_of_a_record_is_documented(kind: str) -> None:
    section = sections(read("inventory.md"))[f"`{kind}`"]
    fields = {name: f for name, f in KINDS[kind].model_fields.items() if name != "id"}
    assert fields.keys() <= set(codes(section))
    must_be_given = {name for name, field in fields.items() if field.is_required()}
    assert set(re.findall(r"\*\*`(\w+)`\*\*", section)) == must_be_given


def test_no_kind_is_documented_that_is_none() -> None:
    headings = [h.strip("`") for h in sections(read("inventory.md")) if h.startswith("`")]
    assert sorted(headings) == sorted(KINDS)


def test_rosters_names_formats_fields_and_statuses() -> None:
    parts = sections(read("rosters.md"))
    assert {*FORMATS} <= set(codes(sections(read("settings.md"))[SOURCES]))
    table = {code for cell in first_cells(parts["Formats"]) for code in codes(cell)}
    assert table - {"format"} == {*FORMATS}
    fields = {code for cell in first_cells(parts["CSV"]) for code in codes(cell)}
    assert fields == {"record_id", *FIELDS}
    statuses = re.findall(r"^\| (\d(?:, \d)*) \|", parts["SchILD-NRW"], re.MULTILINE)
    assert {one for row in statuses for one in row.split(", ")} == set(schild.STATUSES)


SOURCES = "`[[sources]]`: what the schools deliver"


def test_platforms_reports_outcomes_and_states_are_documented() -> None:
    platforms = first_cells(sections(read("network.md"))["Platforms"])
    assert set(platform_names()) <= {code for cell in platforms for code in codes(cell)}
    reports = [code for cell in first_cells(COMMAND_SECTIONS["schoolnet report"])
               for code in codes(cell)]  # fmt: skip
    assert set(CATALOGUE) <= set(reports)
    assert {outcome.value for outcome in Outcome} <= set(codes(read("architecture.md")))
    assert {state.value for state in RunState} <= set(codes(COMMAND_SECTIONS["schoolnet apply"]))


def test_every_key_is_documented_where_it_holds() -> None:
    texts = load_texts("en")
    load_all("tui.screens")
    reached = {Context.CONFIRM, *(c for screen in _below(BaseScreen) for c in screen.CONTEXTS)}
    expected = {
        (texts(TITLES[key.context]), tuple(name_of(name, texts) for name in key.keys), key.label)
        for key in KEYS
        if key.context in reached
    }
    documented, where = set(), ""
    for at, keys, label in re.findall(
        r"^\| ([^|]*)\| ((?:`[^`]+` ?)+)\| (.+) \|$", read("interface.md"), re.MULTILINE
    ):
        where = at.strip() or where
        documented.add((where, tuple(codes(keys)), label))
    assert documented == expected


def _below(screen: type[BaseScreen]) -> Iterator[type[BaseScreen]]:
    for kind in screen.__subclasses__():
        yield kind
        yield from _below(kind)


def test_decisions_are_numbered_and_listed() -> None:
    folder = DOCS / "decisions"
    pages = sorted(page.name for page in folder.glob("[0-9]*.md"))
    assert [int(name[:4]) for name in pages] == list(range(1, len(pages) + 1))
    index = (folder / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^(\d+)\. \[(.+)\]\((.+)\)$", index, re.MULTILINE)
    assert [name for _number, _title, name in listed] == pages
    for number, title, name in listed:
        first = (folder / name).read_text(encoding="utf-8").splitlines()[0]
        assert first == f"# {number}. {title}"
