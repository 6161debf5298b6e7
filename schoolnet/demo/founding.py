"""A folder becomes the place of a sample city whose servers and switches run on this machine."""

import os
import secrets
import shlex
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from inventory.errors import UsageError
from inventory.messages import _, say
from inventory.records.base import Edit
from inventory.store.writing import create_store
from inventory.times import school_year_of
from provisioning.lab.certificates import write_private
from provisioning.lab.city import City
from provisioning.lab.practice import Practice
from schoolnet.demo.interruption import Signals
from schoolnet.place import Place
from schoolnet.settings import FILE_NAME

CITY = "Musterstadt"
_SCALE = 0.5
"""Schools of half the usual size: a term start of three of them takes well under a minute."""

_KEY = "sealing.key"


@dataclass(frozen=True)
class Folder:
    """Where the place is. A temporary folder is removed at the end, unless something failed."""

    path: Path
    temporary: bool


@dataclass(frozen=True)
class Ground:
    """The place, the lab that runs for it, and how many records of each kind it began with.

    `signals` are held while something is started that would be left over otherwise.
    """

    place: Place
    lab: Practice
    counts: Counter[str]
    signals: Signals

    @property
    def command(self) -> str:
        """How a person calls schoolnet for this place."""
        return f"{_program()} -C {shlex.quote(str(self.place.folder))}"


def make_folder(named: Path | None) -> Folder:
    """The named folder, which must be new or empty, or a temporary one. Raises UsageError."""
    if named is None:
        return Folder(Path(tempfile.mkdtemp(prefix="schoolnet-demo-")), temporary=True)
    path = named.expanduser().absolute()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        empty = not any(path.iterdir())
    except OSError as error:
        message = _("The folder {folder} cannot be used: {reason}. Name another one.")
        reason = error.strerror or str(error)
        raise UsageError(say(message, folder=str(path), reason=reason)) from error
    if not empty:
        message = _("The folder {folder} is not empty. Name a new one, or leave --folder out.")
        raise UsageError(say(message, folder=str(path)))
    return Folder(path, temporary=False)


@contextmanager
def founded(folder: Folder, schools: int, signals: Signals) -> Iterator[Ground]:
    """The city in `folder` with everything that runs; on leaving, all of it is ended.

    Raises what the lab raises when it does not start, such as UsageError without slapd.
    """
    _forget_other_settings()
    keep = not folder.temporary
    stack = ExitStack()
    try:
        place = Place(folder.path)
        city = City(schools=schools, scale=_SCALE,
                    first_year=int(school_year_of(place.today)[:4]))  # fmt: skip
        with signals.held():
            lab = stack.enter_context(Practice(folder.path, city))
        counts = _found(place, lab)
        yield Ground(place, lab, counts, signals)
    except Exception as error:
        keep = keep or not isinstance(error, BrokenPipeError)
        raise
    finally:
        with signals.held():
            stack.close()
            if not keep:
                shutil.rmtree(folder.path, ignore_errors=True)


def _forget_other_settings() -> None:
    """The environment beats schoolnet.toml, and may name a directory that is no practice."""
    for name in list(os.environ):
        if name.upper().startswith("SCHOOLNET_") and name != "SCHOOLNET_LANGUAGE":
            del os.environ[name]


def _found(place: Place, lab: Practice) -> Counter[str]:
    write_private(place.folder / _KEY, secrets.token_urlsafe(32))
    head = f'city = "{CITY}"\nsealing_key = "file:{_KEY}"\n\n'
    write_private(place.folder / FILE_NAME, head + lab.settings())
    create_store(place.store)
    records = list(lab.records())
    with place.writer() as writer:
        writer.edit([Edit(None, record) for record in records])
    return Counter(record.kind for record in records)


def _program() -> str:
    """``schoolnet`` as one has to type it here."""
    if shutil.which("schoolnet"):
        return "schoolnet"
    called = Path(sys.argv[0])
    if called.name == "schoolnet":
        return shlex.quote(str(called.absolute()))
    return f"{shlex.quote(sys.executable)} -m schoolnet"
