"""The source of the German catalogue, kept in step with the code: ``python -m tui.catalogue``.

Adds the ids that the code marks and the catalogue lacks (to be translated by hand), and drops
those that no code says any more. Only for people who work on the program.
"""

import ast
import io
import string
from collections.abc import Iterator
from gettext import GNUTranslations
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tui.texts import DOMAIN, FOLDER

ROOT = Path(__file__).parent.parent
PACKAGES = ("inventory", "provisioning", "schoolnet", "tui")
SOURCE = FOLDER / "de" / "LC_MESSAGES" / f"{DOMAIN}.po"
MARKS = {"_": 1, "say": 1, "texts": 1, "plural": 2}
"""Functions whose first arguments, when literal, are ids; plural takes two forms."""
HEADER = """\
# German texts of schoolnet.
msgid ""
msgstr ""
"Language: de\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""

MessageId = tuple[str, ...]


def marked_ids() -> set[MessageId]:
    """Every id in the four packages: one form, or two where the number decides."""
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return {found for path in files for found in ids_in(path.read_text(encoding="utf-8"))}


def ids_in(code: str) -> Iterator[MessageId]:
    """The ids that one file of Python marks."""
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call):
            continue
        name: str = getattr(node.func, "attr", "") or getattr(node.func, "id", "")
        forms = tuple(
            argument.value
            for argument in node.args[: MARKS.get(name, 0)]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        )
        if forms and len(forms) == MARKS[name]:
            yield forms


def parameters(sentence: str) -> set[str]:
    """The names in braces."""
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(sentence) if name}


def read_source(path: Path = SOURCE) -> Catalog:
    """The catalogue as translators wrote it."""
    with path.open("rb") as file:
        return read_po(file, locale="de", domain=DOMAIN, abort_invalid=True)


def compile_source(path: Path = SOURCE) -> GNUTranslations:
    """The catalogue ready for use, without a compiled file."""
    compiled = io.BytesIO()
    write_mo(compiled, read_source(path))
    compiled.seek(0)
    return GNUTranslations(compiled)


def update_source() -> tuple[int, int]:
    """Add what the code marks, drop what it no longer says; returns both numbers."""
    catalogue, marked = read_source(), marked_ids()
    present = {as_id(message.id): message.id for message in catalogue if message.id}
    for gone in present.keys() - marked:
        catalogue.delete(present[gone])
    missing = marked - present.keys()
    for forms in missing:
        catalogue.add(forms if len(forms) > 1 else forms[0])
    with SOURCE.open("wb") as file:
        file.write(HEADER.encode())
        write_po(file, catalogue, width=100, omit_header=True, sort_output=True, no_location=True)
    return len(missing), len(present.keys() - marked)


def as_id(entry: str | list[str] | tuple[str, ...]) -> MessageId:
    """An entry's id as the code marks it."""
    return (entry,) if isinstance(entry, str) else tuple(entry)


if __name__ == "__main__":
    added, dropped = update_source()
    print(f"{SOURCE.name}: {added} ids to translate, {dropped} dropped")  # noqa: T201
