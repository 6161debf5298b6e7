"""``[[sources]]`` in schoolnet.toml: which files come from which school, in which format."""

from collections.abc import Mapping, Sequence
from datetime import date
from glob import has_magic
from itertools import takewhile
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from inventory.errors import SchoolnetError, SettingsError, UsageError
from inventory.messages import Message, _, say
from inventory.records.base import Frozen, SchoolNumber
from inventory.records.people import Role
from inventory.rosters.catalogue import (
    AUTO,
    FORMATS,
    SEVERAL_SCHOOLS,
    TAKE_COLUMNS,
    files_in,
    format_of,
)
from inventory.rosters.mapped import check_columns, check_fields
from inventory.rosters.packages import is_package_folder
from inventory.rosters.profiles import PROFILED_FIELDS
from inventory.rosters.rows import ReadOptions
from inventory.rosters.values import school_year


def _year(text: str) -> str:
    year = school_year(text)
    if year is None:
        raise ValueError(say(_("a school year is written as 2026/27")))
    return year


class SourceSettings(Frozen):
    """One source: one school's database, delivering one kind of file.

    `files` is a folder (all files in it, hidden ones excepted) or a pattern (``*`` and ``**``),
    relative to the folder of schoolnet.toml. `school` is the official number, as text. A format
    with several schools may leave it out; `schools` maps what the files call a school to its
    number. `system` names the database in which the ids are unique; empty: the format as which a
    file is recognised. `school_year` is the year of files that do not name it.
    """

    name: str = Field(min_length=1)
    files: str = Field(min_length=1)
    format: str
    columns: Mapping[str, str] = {}
    school: SchoolNumber = ""
    schools: Mapping[str, SchoolNumber] = {}
    roles: tuple[Role, ...] = Field(min_length=1)
    system: str = ""
    school_year: Annotated[str, AfterValidator(_year)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _prepared(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        named = data.get("schools")
        numbers = [data.get("school"), *(named.values() if isinstance(named, dict) else ())]
        for number in numbers:
            if isinstance(number, int):
                raise SettingsError(
                    _(
                        'Source {source}: write the school number in quotes, school = "{number}", '
                        "or its leading zeros are lost."
                    ),
                    source=str(data.get("name", "")), number=number,
                )  # fmt: skip
        given = data.get("format", "")
        return {"system": "" if given == AUTO else given, **data}

    @model_validator(mode="after")
    def _checked(self) -> "SourceSettings":
        if self.format not in FORMATS:
            raise SettingsError(
                _("Source {source}: {format} is no roster format. Known are: {known}."),
                source=self.name, format=self.format, known=", ".join(FORMATS),
            )  # fmt: skip
        several = self.format in {AUTO, *SEVERAL_SCHOOLS}
        if not several and (self.schools or not self.school):
            raise SettingsError(
                _(
                    "Source {source}: files of the format {format} are of one school. Name it "
                    "with `school`, and remove `schools`."
                ),
                source=self.name, format=self.format,
            )  # fmt: skip
        if Role.GUARDIAN in self.roles:
            raise SettingsError(
                _("Source {source}: `roles` may hold student, teacher and staff."),
                source=self.name,
            )
        if self.format == "csv":
            check_columns(self.columns, self.roles, self.name)
        elif self.format in TAKE_COLUMNS:
            check_fields(self.columns, self.name, ("record_id", *PROFILED_FIELDS))
        elif self.columns:
            raise SettingsError(
                _(
                    "Source {source}: the format {format} knows its columns. Remove `columns`, or "
                    "use one of these formats: {formats}."
                ),
                source=self.name, format=self.format, formats=", ".join(TAKE_COLUMNS),
            )  # fmt: skip
        return self

    def resolved(self, path: Path) -> tuple["SourceSettings", tuple[Message, ...]]:
        """This source with the format and system that a file of it has, and how that was told.

        Raises UsageError when the format is to be told by the file and cannot be, or when it is
        one of a single school and none is named.
        """
        name, why = format_of(path, self.format)
        if not self.school and name not in SEVERAL_SCHOOLS:
            raise UsageError(
                _(
                    "{file} is of the format {format}, which does not name its school. Name it "
                    "(`school` in the settings, or --school)."
                ),
                file=path.name, format=name,
            )  # fmt: skip
        return self.model_copy(update={"format": name, "system": self.system or name}), why

    def options(self, day: date) -> ReadOptions:
        """What the reader of this source's format must be told."""
        return ReadOptions(day=day, roles=self.roles, columns=self.columns, school=self.school,
                           schools=self.schools)  # fmt: skip


def source_files(
    sources: Sequence[SourceSettings], folder: Path, refused: list[SchoolnetError] | None = None
) -> list[tuple[SourceSettings, list[Path]]]:
    """The files of each source, sorted; a source may have none. `folder` holds schoolnet.toml.

    Raises UsageError for a file that two sources claim, and for one that lies beside their files
    and that no source claims: left out in silence it would look like people who have left. Raises
    SettingsError when a source's folder is not there. With `refused` the errors go there, and only
    the sources that such a file or folder may concern have no files.
    """
    sources = _with_place(sources, folder, refused)
    claimed = _claimed(sources, folder)
    places = {
        source.name: _place(source, folder)[0].resolve()
        for source in sources
        if not _is_folder_package(source, folder / source.files)
    }
    beside = {path for place in {*places.values()} - {folder.resolve()} for path in place.iterdir()}
    files: dict[str, list[Path]] = {source.name: [] for source in sources}
    doubtful: set[str] = set()
    for path in sorted({*claimed, *filter(_is_delivery, beside)}):
        try:
            owner = _only(path, claimed)
        except UsageError as error:
            if refused is None:
                raise
            refused.append(error)
            doubtful.update(owner.name for owner in claimed.get(path.resolve(), ()))
            doubtful.update(name for name, place in places.items() if place == path.parent)
            continue
        if path in claimed:  # else it is another name of one that is
            files[owner.name].append(path)
    return [(source, [] if source.name in doubtful else files[source.name]) for source in sources]


def source_of(path: Path, sources: Sequence[SourceSettings], folder: Path) -> SourceSettings:
    """The one source that a file belongs to. Raises UsageError when it is none or two."""
    return _only(path, _claimed(sources, folder))


def _only(path: Path, claimed: Mapping[Path, list[SourceSettings]]) -> SourceSettings:
    owners = claimed.get(path.resolve(), [])
    if not owners:
        raise UsageError(
            _(
                "{file} belongs to no source, so its school and format are not known. Move it, add "
                "it to [[sources]] in the settings, or name --format, --school and --role."
            ),
            file=str(path),
        )
    if len(owners) > 1:
        raise UsageError(
            _(
                "{file} belongs to two sources, {first} and {second}. Change `files` of one of "
                "them in the settings."
            ),
            file=str(path), first=owners[0].name, second=owners[1].name,
        )  # fmt: skip
    return owners[0]


def _claimed(sources: Sequence[SourceSettings], folder: Path) -> dict[Path, list[SourceSettings]]:
    """Which sources claim each file."""
    claimed: dict[Path, list[SourceSettings]] = {}
    names: set[str] = set()
    for source in sources:
        if source.name in names:
            raise SettingsError(_("Two sources are called {name}. Rename one."), name=source.name)
        names.add(source.name)
        place, pattern = _place(source, folder)
        for path in place.glob(pattern):
            if not _is_delivery(path) and not _is_folder_package(source, path):
                continue
            owners = claimed.setdefault(path.resolve(), [])
            if source not in owners:  # a link beside its file is the same file
                owners.append(source)
    return claimed


def _is_folder_package(source: SourceSettings, path: Path) -> bool:
    """True for a folder that is one delivery by itself."""
    files = files_in(source.format)
    return bool(files) and is_package_folder(path, files)


def _is_delivery(path: Path) -> bool:
    """Hidden files and the lock files of office programs are no deliveries."""
    return path.is_file() and not path.name.startswith((".", "~$"))


def _with_place(
    sources: Sequence[SourceSettings], folder: Path, refused: list[SchoolnetError] | None
) -> list[SourceSettings]:
    found = []
    for source in sources:
        try:
            _place(source, folder)
        except SettingsError as error:
            if refused is None:
                raise
            refused.append(error)
        else:
            found.append(source)
    return found


def _place(source: SourceSettings, folder: Path) -> tuple[Path, str]:
    """The folder where a source's files lie, and the pattern in it.

    Raises SettingsError when the folder is not there.
    """
    parts = Path(source.files).parts
    plain = [*takewhile(lambda part: not has_magic(part), parts)]
    place, pattern = folder.joinpath(*plain), "/".join(parts[len(plain) :])
    if not pattern and place.is_dir() and not _is_folder_package(source, place):
        pattern = "*"
    elif not pattern:
        place, pattern = place.parent, place.name
    if not place.is_dir():
        raise SettingsError(
            _(
                "Source {source}: there is no folder {folder}. Create it, or correct `files` in "
                "the settings."
            ),
            source=source.name, folder=str(place),
        )  # fmt: skip
    return place, pattern
