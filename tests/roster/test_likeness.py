"""Runs the cases of who a newcomer could be, and what must hold for any names."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.records import Link
from provisioning.roster.candidates import Somebody
from provisioning.roster.links import Likely, Links, compare_newcomers

CASES = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "links" / "likeness.toml").read_text(encoding="utf-8")
)


def compared(known: list[str], new: list[str], apart: list[list[str]]) -> Likely:
    links = Links(Link(person=one, other=other, same=False) for one, other in apart)
    people = [somebody(text) for text in known]
    held = {one.id for one in people}
    return compare_newcomers([somebody(text) for text in new], people, held, links)


def somebody(text: str) -> Somebody:
    """Id, names, birth date, role, school, latest school year; `-` for none of the last three."""
    who, given_name, family, born, role, school, year = text.split(", ")
    named = frozenset() if year == "-" else frozenset({("schild", school)})
    return Somebody(
        id=who, given_name=given_name, family_name=family,
        birth_date=None if born == "-" else date.fromisoformat(born),
        databases=named, year="" if year == "-" else year, pupil=role == "student",
    )  # fmt: skip


@pytest.mark.parametrize("name", sorted(CASES))
def test_case(name: str) -> None:
    case: dict[str, Any] = CASES[name]
    likely = compared(case.get("known", []), case["new"], case.get("apart", []))
    assert likely.moves == case.get("moves", {})
    assert {who: list(others) for who, others in likely.open.items()} == case.get("open", {})


NAMES = st.sampled_from(["Ida", "Ida Maria", "Idda", "Ada", "Leon", "Léon", "Ngũgĩ", "文"])
DAYS = st.sampled_from(["2016-03-02", "2016-02-03", "2016-03-12", "-"])
WHO = st.tuples(NAMES, NAMES, DAYS, st.sampled_from(["student", "teacher"]),
                st.sampled_from(["north", "south", "west"]))  # fmt: skip


@given(st.lists(st.tuples(WHO, st.sampled_from(["-", "2026/27", "2027/28"])), max_size=6),
       st.lists(WHO, max_size=6))  # fmt: skip
def test_nobody_is_joined_twice_and_nobody_is_both_clear_and_open(
    known: list[tuple[tuple[str, ...], str]], new: list[tuple[str, ...]]
) -> None:
    likely = compared(
        [", ".join((f"p{n}", *who, year)) for n, (who, year) in enumerate(known)],
        [", ".join((f"n{n}", *who, "2027/28")) for n, who in enumerate(new)],
        [],
    )
    assert len(set(likely.moves.values())) == len(likely.moves)
    assert likely.moves.keys().isdisjoint(likely.open)
    assert all(others and who not in others for who, others in likely.open.items())
    assert all(person.startswith("p") for person in likely.moves.values())
