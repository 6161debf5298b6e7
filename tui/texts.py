"""What people read, in German or English: sentences, dates, numbers. No Textual in it.

The English sentence is its own id. ``texts("{count} rows read", count=3)`` looks it up in the
catalogue ``locale/de/LC_MESSAGES/schoolnet``; ``python -m tui.catalogue`` keeps the source up to
date and the build compiles it. Dates and numbers come from Babel, moments are shown as in
Europe/Berlin.
"""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from inventory.errors import SchoolnetError
from inventory.messages import Message, _
from inventory.times import BERLIN, from_micros

if TYPE_CHECKING:
    from babel import Locale

Language = Literal["de", "en"]
LOCALES: Mapping[Language, str] = {"de": "de_DE", "en": "en_GB"}  # both: day first, 24 hours
FOLDER = Path(__file__).parent / "locale"
DOMAIN = "schoolnet"


class Texts:
    """Sentences, dates and numbers of one language."""

    def __init__(self, language: Language, catalogue: NullTranslations) -> None:
        self.language = language
        self._catalogue = catalogue

    def __call__(self, message_id: str, **parameters: str | int) -> str:
        """The sentence with this id and its parameters filled in."""
        return self._catalogue.gettext(message_id).format_map(parameters)

    def plural(self, one: str, other: str, count: int, **parameters: str | int) -> str:
        """The form for `count` things; ``{count}`` in it is the formatted number."""
        sentence = self._catalogue.ngettext(one, other, count)
        return sentence.format_map({**parameters, "count": self.number(count)})

    def render(self, message: Message) -> str:
        """A Message of a lower floor as a sentence. Unknown ids stay English."""
        return self(message.id, **self.within(message))

    def within(self, message: Message) -> dict[str, str | int]:
        """The parameters of a Message, those that are Messages themselves as sentences."""
        return {
            name: self.render(value) if isinstance(value, Message) else value
            for name, value in message.parameters.items()
        }

    def number(self, value: int) -> str:
        """A count with its thousands grouped: ``40.218`` or ``40,218``."""
        from babel.numbers import format_decimal

        return format_decimal(value, locale=self._locale)

    def day(self, day: date) -> str:
        """A calendar day: ``23.11.2026`` or ``23/11/2026``."""
        from babel.dates import format_date

        return format_date(day, "dd.MM.yyyy" if self.language == "de" else "dd/MM/yyyy")

    def moment(self, micros: int) -> str:
        """A stored moment, to the minute, as clocks in Berlin showed it."""
        return f"{self.day(from_micros(micros).astimezone(BERLIN).date())} {self.clock(micros)}"

    def clock(self, micros: int) -> str:
        """The time of day of a stored moment: ``07:51`` in both languages."""
        return from_micros(micros).astimezone(BERLIN).strftime("%H:%M")

    def span(self, seconds: int) -> str:
        """A length of time: ``1:40`` minutes or ``2:05:00`` hours."""
        minutes, rest = divmod(max(0, seconds), 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"

    @cached_property
    def _locale(self) -> "Locale":
        from babel import Locale

        return Locale.parse(LOCALES[self.language])


def preferred_language(environ: Mapping[str, str]) -> Language:
    """The language a person asked for; English when it is neither German nor named.

    The first of SCHOOLNET_LANGUAGE, LC_ALL, LC_MESSAGES and LANG that is not empty decides
    (POSIX.1-2017, 8.2 Internationalization Variables).
    """
    for name in ("SCHOOLNET_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environ.get(name):
            return "de" if value.lower().startswith("de") else "en"
    return "en"


def load_texts(language: Language) -> Texts:
    """The texts of a language; raises SchoolnetError when its catalogue is not installed.

    English needs no catalogue: its sentences are the ids.
    """
    return Texts(language, NullTranslations() if language == "en" else _load_catalogue(language))


def _load_catalogue(language: Language) -> NullTranslations:
    compiled = FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
    source = compiled.with_suffix(".po")
    if source.exists() and not _newer(compiled, source):
        from tui.catalogue import compile_source  # a checkout whose catalogue was edited

        return compile_source(source)
    if not compiled.exists():
        raise SchoolnetError(
            _("The texts for the language {language} are missing: install schoolnet again"),
            language=language,
        )
    with compiled.open("rb") as file:
        return GNUTranslations(file)


def _newer(path: Path, than: Path) -> bool:
    return path.exists() and path.stat().st_mtime >= than.stat().st_mtime
