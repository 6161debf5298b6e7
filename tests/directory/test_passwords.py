"""Initial passwords and handouts: always the same from their key, and nothing without it."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from inventory.errors import SealError, StoreError
from inventory.records.changes import Change
from inventory.records.people import Role
from inventory.records.runs import Outcome
from provisioning.directory.handouts import handout_titles, made_accounts
from provisioning.directory.passwords import InitialPasswords
from provisioning.directory.recipes import Recipe, recipe_of, sets_password
from provisioning.directory.words import WORDS
from provisioning.engine.spool import Spool
from tests.directory.city import City
from tests.directory.model import Model

WORDS_RECIPE = Recipe(words=3, digits=3)


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", SecretStr("k" * 44))


def test_words_are_many_short_and_easy_to_type() -> None:
    assert len(set(WORDS)) == len(WORDS) >= 2048
    assert all(re.fullmatch("[a-z]{3,8}", word) for word in WORDS)
    assert list(WORDS) == sorted(WORDS)
    assert len(WORDS) ** 3 * 1000 >= 2**40


def test_a_password_follows_from_key_and_change(spool: Spool) -> None:
    passwords = InitialPasswords(spool, "run1")
    passwords.prepare(["5a", "5b"])
    first = passwords.password("5a", "change1", WORDS_RECIPE).get_secret_value()
    assert re.fullmatch(r"([A-Z][a-z]{2,7}-){3}[0-9]{3}", first)
    again = InitialPasswords(spool, "run1")
    again.prepare(["5a"])
    assert again.password("5a", "change1", WORDS_RECIPE).get_secret_value() == first
    others = {
        passwords.password("5b", "change1", WORDS_RECIPE).get_secret_value(),
        passwords.password("5a", "change2", WORDS_RECIPE).get_secret_value(),
    }
    assert first not in others
    many = {passwords.password("5a", f"c{n}", WORDS_RECIPE).get_secret_value() for n in range(2000)}
    assert len(many) == 2000


def test_another_run_has_other_passwords(spool: Spool) -> None:
    made = []
    for run in ("run1", "run2"):
        passwords = InitialPasswords(spool, run)
        passwords.prepare(["5a"])
        made.append(passwords.password("5a", "change1", WORDS_RECIPE).get_secret_value())
    assert made[0] != made[1]


def test_a_destroyed_key_takes_its_passwords_with_it(spool: Spool) -> None:
    passwords = InitialPasswords(spool, "run1")
    passwords.prepare(["5a", "5b"])
    passwords.destroy("5a")
    assert not passwords.printable("5a")
    with pytest.raises(SealError, match="destroyed"):
        passwords.password("5a", "change1", WORDS_RECIPE)
    assert passwords.password("5b", "change1", WORDS_RECIPE)


def test_without_a_sealed_key_there_is_no_password_to_send(tmp_path: Path) -> None:
    blocked = tmp_path / "spool"
    blocked.write_text("a file where the folder should be")
    passwords = InitialPasswords(Spool(blocked, SecretStr("k" * 44)), "run1")
    with pytest.raises(StoreError):
        passwords.prepare(["5a"])


def first_plan(city: City) -> list[Change]:
    return [item for item in Model().plan(city) if isinstance(item, Change)]


def test_a_handout_is_for_whom_an_account_was_really_made() -> None:
    city = City()
    school = city.school("100001", "Gesamtschule <Süd>")
    own = city.school_class(school, "5a & b", "c5")
    for name in ("anna", "bela", "cem"):
        city.person(name, school, own)
    city.person("dora", school, role=Role.TEACHER)
    changes = first_plan(city)
    outcomes = {change.id: Outcome.DONE for change in changes}
    by_name = {c.record: c for c in changes if c.kind == "person"}
    outcomes[by_name["p-bela"].id] = Outcome.FOUND_DONE
    outcomes[by_name["p-cem"].id] = Outcome.FAILED
    accounts = made_accounts(changes, outcomes)
    assert {group: [one.user_name for one in made] for group, made in accounts.items()} == {
        "c5": ["anna", "bela"],
        by_name["p-dora"].group: ["dora"],
    }
    titles = handout_titles(city)
    assert titles[by_name["p-dora"].group].group.id == "Teachers"
    assert str(titles["c5"].group) == "Class 5a & b"


def test_no_plan_holds_a_password(spool: Spool) -> None:
    city = City()
    school = city.school("100001")
    city.person("anna", school, city.school_class(school, "5a", "c5"))
    passwords = InitialPasswords(spool, "run1")
    passwords.prepare(["c5"])
    for change in first_plan(city):
        text = change.canonical().decode()
        assert "userPassword" not in text
        if sets_password(change):
            secret = passwords.password("c5", change.id, recipe_of(change))
            assert secret.get_secret_value() not in text
