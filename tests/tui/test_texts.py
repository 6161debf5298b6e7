from datetime import date
from pathlib import Path

import pytest

from inventory.errors import SchoolnetError
from inventory.messages import say
from tests.tui.fakes import MADE_AT
from tui import texts as texts_module
from tui.texts import load_texts, preferred_language

GERMAN = load_texts("de")
ENGLISH = load_texts("en")


def test_sentences_in_both_languages() -> None:
    assert GERMAN("Plan {plan}", plan="k3v7") == "Plan k3v7"
    assert GERMAN("Next warning") == "Nächste Warnung"
    assert ENGLISH("Next warning") == "Next warning"


def test_plural_takes_the_form_and_groups_the_number() -> None:
    forms = ("{count} change to apply", "{count} changes to apply")
    assert GERMAN.plural(*forms, 1) == "1 Änderung anzuwenden"
    assert GERMAN.plural(*forms, 40_218) == "40.218 Änderungen anzuwenden"
    assert ENGLISH.plural(*forms, 1) == "1 change to apply"
    assert ENGLISH.plural(*forms, 40_218) == "40,218 changes to apply"


def test_a_message_from_below_is_rendered() -> None:
    message = say("Plan {plan}", plan="k3v7")
    assert GERMAN.render(message) == "Plan k3v7"
    assert GERMAN.render(say("never translated: {x}", x=1)) == "never translated: 1"


def test_dates_are_german_days_in_berlin() -> None:
    assert GERMAN.day(date(2026, 11, 3)) == "03.11.2026"
    assert ENGLISH.day(date(2026, 11, 3)) == "03/11/2026"
    assert GERMAN.moment(MADE_AT) == "23.11.2026 07:42"  # UTC+1
    assert GERMAN.clock(MADE_AT - 180 * 86_400 * 1_000_000) == "08:42"  # UTC+2


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0:00"), (100, "1:40"), (7500, "2:05:00"), (-3, "0:00")]
)
def test_lengths_of_time(seconds: int, shown: str) -> None:
    assert GERMAN.span(seconds) == shown


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "en_GB"}, "en"),
        ({"LANG": "C", "LC_ALL": ""}, "en"),
        ({"SCHOOLNET_LANGUAGE": "de", "LC_ALL": "en_US"}, "de"),
    ],
)
def test_the_first_variable_that_is_set_decides(environ: dict[str, str], language: str) -> None:
    assert preferred_language(environ) == language


def test_a_missing_catalogue_is_said_and_never_half_german(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts_module, "FOLDER", tmp_path)
    with pytest.raises(SchoolnetError, match="install schoolnet again"):
        load_texts("de")
    assert load_texts("en")("Next warning") == "Next warning"


def test_a_compiled_catalogue_older_than_its_source_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "schoolnet.mo").write_bytes(b"old and broken")
    (folder / "schoolnet.po").write_text('msgid "Back"\nmsgstr "Neu"\n', encoding="utf-8")
    (folder / "schoolnet.mo").touch()
    newer = (folder / "schoolnet.mo").stat().st_mtime + 10
    import os

    os.utime(folder / "schoolnet.po", (newer, newer))
    monkeypatch.setattr(texts_module, "FOLDER", tmp_path)
    assert load_texts("de")("Back") == "Neu"
