"""Which files ``schoolnet import roster`` takes in, and from which source each is."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from inventory.errors import SchoolnetError, UsageError
from inventory.messages import _, say
from inventory.rosters.catalogue import SEVERAL_SCHOOLS, fingerprint
from inventory.rosters.delivering import ALL_ROLES
from inventory.rosters.settings import SourceSettings, source_files, source_of
from inventory.store.deliveries import deliveries, newest_deliveries, withdrawn_files
from schoolnet.output import tell
from schoolnet.place import Place


def path_text(path: Path, folder: Path) -> str:
    """The file as a person looks for it: from the folder of the settings where it is in there."""
    return str(path.relative_to(folder) if path.is_relative_to(folder) else path)


class Named(NamedTuple):
    """What the options say of a file that no source names."""

    format: str
    school: str
    roles: tuple[str, ...]


def chosen(
    place: Place, files: Sequence[Path], named: Named, refused: list[SchoolnetError]
) -> list[tuple[SourceSettings, Path]]:
    """Which source each file belongs to: by the options, or by the settings.

    What is wrong with the files of some sources goes to `refused`: the others go on.
    """
    sources = place.settings.sources
    if not files:
        if any(named):
            raise UsageError(say(_("--format, --school and --role go with files.")))
        return _new_files(place, sources, refused)
    if not any(named):
        return [(source_of(path, sources, place.folder), path) for path in files]
    if named.format == "csv":
        message = _("Which columns a CSV file has is said by a source: add it under [[sources]] in "
                    "the settings, with `columns`.")  # fmt: skip
        raise UsageError(say(message))
    if named.format in SEVERAL_SCHOOLS:
        named = named._replace(roles=named.roles or tuple(ALL_ROLES))
    elif not all(named):
        message = _(
            "A file that no source names needs --format, --school and --role; of the formats "
            "{several} --format alone."
        )
        raise UsageError(say(message, several=", ".join(sorted(SEVERAL_SCHOOLS))))
    name = " ".join(filter(None, (named.format, named.school, "+".join(named.roles))))
    given = {field: value for field, value in named._asdict().items() if value}
    try:
        source = SourceSettings.model_validate({"name": name, "files": "*", **given})
    except ValidationError as error:
        message = _("{number} is no school number: up to 12 digits or letters.")
        raise UsageError(say(message, number=named.school)) from error
    return [(source, path) for path in files]


def _new_files(
    place: Place, sources: Sequence[SourceSettings], refused: list[SchoolnetError]
) -> list[tuple[SourceSettings, Path]]:
    """Files that were not taken in before; two new ones of a source are one too many."""
    with place.reader() as reader:
        ever = {(d.source, d.sha256) for d in deliveries(reader)}
        in_force = {(d.source, d.sha256) for d in newest_deliveries(reader)}
        withdrawn = withdrawn_files(reader)
    found = []
    for source, paths in source_files(sources, place.folder, refused):
        # A single file that was replaced and is put back counts again; among several files the
        # older ones are those that were taken in at some time.
        known = in_force | withdrawn if len(paths) == 1 else ever
        try:
            prints = {path: fingerprint(path, source.format) for path in paths}
        except UsageError as unreadable:
            refused.append(unreadable)
            continue
        for path in (one for one in paths if (source.name, prints[one]) in withdrawn):
            tell(_("{source}: {file} was withdrawn. It is taken in again only when you name it."),
                 source=source.name, file=path_text(path, place.folder))  # fmt: skip
        new = [path for path in paths if (source.name, prints[path]) not in known]
        if len(new) > 1:
            message = _(
                "Source {source} has {count} new files. Each would replace the other: name the "
                "one that counts, or remove the others: {files}."
            )
            names = ", ".join(p.name for p in new)
            error = UsageError(say(message, source=source.name, count=len(new), files=names))
            refused.append(error)
            continue
        found += [(source, path) for path in new]
    return found
