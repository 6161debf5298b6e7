"""Runs the case files of the directory planner."""

import json
from pathlib import Path
from typing import Any

import pytest

from inventory.records import KINDS
from inventory.records.changes import Change, Notice
from provisioning.directory.password_settings import PasswordSettings
from provisioning.directory.settings import DirectorySettings
from tests.directory.city import City
from tests.directory.model import AD_SETTINGS, SETTINGS, Model
from tests.directory.support import brief, check_order

CASES = sorted((Path(__file__).parents[1] / "cases" / "directory").glob("*.json"))


def settings_of(case: dict[str, Any]) -> DirectorySettings:
    """Those of the model, with the layout and the posix settings of the case."""
    kind = AD_SETTINGS if case.get("kind") == "active_directory" else SETTINGS
    fields = kind.model_dump(exclude_defaults=True) | {
        name: case.get(name, {}) for name in ("layout", "posix")
    }
    return DirectorySettings.model_validate(fields)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    case: dict[str, Any] = json.loads(path.read_text())
    model, city, before = Model(settings_of(case)), City(), City()
    for name, attributes in case["current"].items():
        model.put(name, attributes)
    for fields in case["inventory"]:
        kind = fields.pop("kind")
        city.put(KINDS[kind].model_validate(fields))
        earlier = case.get("brought", {}).get(fields["id"], {})
        before.put(KINDS[kind].model_validate({**fields, **earlier}))
    passwords = PasswordSettings.model_validate(case.get("passwords", {}))
    items = model.plan(city, passwords, before if "brought" in case else None)
    changes = [item for item in items if isinstance(item, Change)]
    check_order(changes)
    assert brief(changes) == case["expected"]
    drifted = [change for change in changes if change.drift]
    drift = dict(zip(brief(drifted), (list(change.drift) for change in drifted), strict=True))
    assert drift == case.get("drift", {})
    assert all("the directory since 2026-08-20" in str(change.reason) for change in drifted)
    sent = dict(zip(brief(changes), (list(change.operations) for change in changes), strict=True))
    expected = case.get("operations", {})
    assert {line: sent[line] for line in expected} == expected
    told = [str(item.message) for item in items if isinstance(item, Notice)]
    assert len(told) == len(case["notices"])
    for text, part in zip(told, case["notices"], strict=True):
        assert part in text
    model.apply(changes)
    assert [item for item in model.plan(city) if isinstance(item, Change)] == []
