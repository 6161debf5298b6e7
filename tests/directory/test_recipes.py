"""What passwords are made of: as long, as mixed and as stable as the recipe says."""

import hashlib
import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from inventory.messages import say
from inventory.records.changes import Action, Change
from provisioning.directory.easy_words import EASY
from provisioning.directory.password_settings import BUILT_IN, PasswordProfile, PasswordSettings
from provisioning.directory.recipes import ALPHABET, LISTS, Recipe, recipe_of

KEY = bytes(range(32))
KNOWN = {
    "easy": "lineal-mond-952",
    "words": "Gramm-Prinz-Firn-509",
    "characters": "A8nr-hreV-qMwB",
}
"""What the built-in profiles give for `KEY` and one change, for ever."""


def password(recipe: Recipe, change: str = "change1") -> str:
    return recipe.password(KEY, change).get_secret_value()


def test_passwords_that_were_sent_once_can_always_be_printed() -> None:
    made = {name: password(profile.recipe()) for name, profile in BUILT_IN.items()}
    assert made == KNOWN
    lists = {name: hashlib.sha256(" ".join(words).encode()).hexdigest()[:16]
             for name, words in LISTS.items()}  # fmt: skip
    assert lists == {"german": "28c010d26ba183da", "easy": "d5e830c35d3f2b9c"}


def test_easy_words_are_easy() -> None:
    assert len(set(EASY)) == len(EASY) >= 256
    assert all(re.fullmatch("[a-z]{3,6}", word) for word in EASY)


def test_nothing_in_the_alphabet_looks_like_something_else() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET)
    assert not set(ALPHABET) & set("ilo01IO|-_")


RECIPES = st.builds(
    Recipe,
    words=st.integers(0, 6),
    list=st.sampled_from(["german", "easy"]),
    digits=st.integers(0, 8),
    min_length=st.integers(0, 64),
) | st.builds(Recipe, characters=st.integers(4, 32), min_length=st.integers(0, 64))


def kinds_of_signs(text: str) -> int:
    return sum(
        any(map(holds, text))
        for holds in (str.islower, str.isupper, str.isdigit, lambda sign: not sign.isalnum())
    )


@given(RECIPES, st.text("abcdef", min_size=1))
def test_a_password_is_as_long_and_as_mixed_as_its_recipe_promises(
    recipe: Recipe, change: str
) -> None:
    text = password(recipe, change)
    assert text == password(recipe, change)
    assert len(text) >= max(recipe.shortest, recipe.min_length)
    assert kinds_of_signs(text) >= recipe.categories


@given(RECIPES, st.lists(st.sampled_from(["berg", "bach", "vogel"]), max_size=3))
def test_a_recipe_is_stored_whole(recipe: Recipe, avoid: list[str]) -> None:
    whole = replace(recipe, avoid=tuple(avoid))
    operation = json.loads(json.dumps({"password": whole.stored()}))
    change = Change(
        id="c", target="directory", action=Action.CREATE, kind="person", key="cn=x",
        reason=say("made"), operations=(operation,),
    )  # fmt: skip
    assert recipe_of(change) == whole


def test_what_is_avoided_is_in_no_password() -> None:
    free, avoiding = Recipe(words=3, digits=3), Recipe(words=3, digits=3, avoid=("berg",))
    changes = [f"change{number}" for number in range(3000)]
    assert any("berg" in password(free, change).casefold() for change in changes)
    assert not any("berg" in password(avoiding, change).casefold() for change in changes)
    same = sum(password(free, change) == password(avoiding, change) for change in changes)
    assert same > 2900, "only what would hold it is made anew"


@pytest.mark.parametrize(
    ("name", "bits", "shortest", "categories"),
    [("easy", 26, 11, 3), ("words", 44, 15, 4), ("characters", 69, 14, 4)],
)
def test_the_built_in_profiles_are_as_documented(
    name: str, bits: int, shortest: int, categories: int
) -> None:
    recipe = BUILT_IN[name].recipe()
    assert (round(recipe.bits), recipe.shortest, recipe.categories) == (bits, shortest, categories)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "easy to guess"),
        ({"digits": 6}, "easy to guess"),
        ({"words": 2, "characters": 8}, "not both"),
        ({"words": 7}, "less than or equal to 6"),
        ({"words": 3, "list": "french"}, "german"),
    ],
)
def test_a_profile_that_makes_bad_passwords_is_refused(
    fields: dict[str, object], words: str
) -> None:
    with pytest.raises(ValidationError, match=words):
        PasswordProfile.model_validate(fields)


def test_a_rule_names_a_profile_that_there_is() -> None:
    with pytest.raises(ValidationError, match=r"profile esay; there are easy, words, characters"):
        PasswordSettings.model_validate({"rules": [{"profile": "esay"}]})


@pytest.mark.parametrize(
    ("role", "school_type", "year_group", "choice"),
    [
        ("student", "Grundschule", "", ("easy", False)),
        ("student", "Förderschule", "3", ("easy", False)),
        ("student", "Förderschule", "7", ("words", False)),
        ("student", "Berufskolleg", "", ("long", False)),
        ("teacher", "Grundschule", "3", ("characters", True)),
        ("staff", "Gymnasium", "", ("characters", False)),
        ("", "Gymnasium", "", ("words", False)),
        ("student", "Gymnasium", "5", ("easy", False)),
        ("student", "Gymnasium", "6", ("words", False)),
    ],
)
def test_the_first_rule_that_holds_decides(
    role: str, school_type: str, year_group: str, choice: tuple[str, bool]
) -> None:
    settings = PasswordSettings.model_validate({
        "profiles": {"long": {"words": 4, "digits": 4}},
        "rules": [
            {"roles": ["teacher"], "must_change": True},
            {"school_types": ["Berufskolleg"], "profile": "long"},
            {"roles": ["student"], "up_to_year_group": 5, "profile": "easy"},
        ],
    })  # fmt: skip
    assert settings.choice(role, school_type, year_group) == choice
