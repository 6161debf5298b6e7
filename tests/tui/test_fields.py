"""Every kind, field and code that the inventory has is in words, in both languages."""

from enum import StrEnum
from typing import get_args

import pytest

from inventory.records import KINDS
from tests.tui.test_texts import ENGLISH, GERMAN
from tui.presenters.fields import (
    KIND_TITLES,
    cell_text,
    event_action,
    event_kind,
    field_label,
    field_text,
    kind_title,
)
from tui.presenters.records import COLUMNS, first_view
from tui.texts import Texts

FIELDS = sorted({(kind, name) for kind, model in KINDS.items() for name in model.model_fields})
PROPER_NAMES = {"school_type"}
"""Fields whose values are German names of their own."""


def codes() -> list[tuple[str, str]]:
    """Every field with every code that may stand in it."""
    found = set()
    for model in KINDS.values():
        for name, field in model.model_fields.items():
            parts = [field.annotation, *get_args(field.annotation)]
            enums = [p for p in parts if isinstance(p, type) and issubclass(p, StrEnum)]
            found |= {(name, code.value) for enum in enums for code in enum}
    return sorted(pair for pair in found if pair[0] not in PROPER_NAMES)


def test_every_kind_has_titles_columns_and_only_fields_of_its_own() -> None:
    assert set(KIND_TITLES) == set(COLUMNS) == set(KINDS)
    for kind, columns in COLUMNS.items():
        assert set(columns) <= set(KINDS[kind].model_fields), kind
        assert first_view(kind).order.field in columns
        assert kind_title(kind, GERMAN)


@pytest.mark.parametrize("texts", [GERMAN, ENGLISH])
def test_no_field_shows_its_name_in_the_code(texts: Texts) -> None:
    raw = {name for _kind, name in FIELDS if "_" in field_label(name, texts)}
    assert not raw
    assert {name for _kind, name in FIELDS if field_label(name, texts) == name} == set()


def test_every_code_is_in_words() -> None:
    found = codes()
    assert ("status", "defective") in found
    assert ("tagged", "voip") in found
    shown = {pair: field_text(*pair, GERMAN) for pair in found}
    assert not {pair for pair, text in shown.items() if text == pair[1] or "_" in text}


@pytest.mark.parametrize(
    ("name", "value", "german", "english"),
    [
        ("purchased_on", "2025-08-01", "01.08.2025", "01/08/2025"),
        ("purchased_on", "soon", "soon", "soon"),
        ("state", "disabled", "gesperrt", "disabled"),
        ("roles", "student, teacher", "Schüler/in, Lehrkraft", "Student, Teacher"),
        ("untagged", 90, "90", "90"),
        ("protected", 1, "ja", "yes"),
        ("vlan_id", 1204, "1204", "1204"),
        ("sn", "Muster", "Muster", "Muster"),
    ],
)
def test_values_in_words(name: str, value: str | int, german: str, english: str) -> None:
    assert (field_text(name, value, GERMAN), field_text(name, value, ENGLISH)) == (german, english)


def test_a_row_holds_several_values_as_json() -> None:
    assert cell_text("tagged", '["guest","voip"]', ENGLISH) == "Guest network, Telephony"
    assert cell_text("tagged", "[]", ENGLISH) == "–"


def test_events_are_in_words_and_unknown_ones_stand_for_themselves() -> None:
    assert event_kind("handout", ENGLISH) == "Password handout"
    assert event_action("device", "create", ENGLISH) == "created"
    assert event_action("run", "create", ENGLISH) == "started"
    assert (event_kind("x", ENGLISH), event_action("x", "y", ENGLISH)) == ("x", "y")
