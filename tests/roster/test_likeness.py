"""Runs the cases of who a newcomer could be, and what must hold for any names."""

import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.records import Link
from provisioning.roster.comparing import Somebody
from provisioning.roster.links import Likely, Links, compare_newcomers
from provisioning.roster.spelling import Pair, to_words

CASES = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "links" / "likeness.toml").read_text(encoding="utf-8")
)


def compared(
    known: list[str], new: list[str], apart: list[list[str]], crowd: list[str] | None = None
) -> Likely:
    links = Links(Link(person=one, other=other, same=False) for one, other in apart)
    people = [*others(crowd or []), *(somebody(text, "2026/27") for text in known)]
    held = {one.id for one in people}
    return compare_newcomers([somebody(text) for text in new], people, held, links)


def somebody(text: str, enrolled: str = "") -> Somebody:
    """Id, names, birth date, role, school, latest school year and perhaps grade; `-` is none."""
    who, given_name, family, born, role, school, year, *grade = text.split(", ")
    return Somebody(
        id=who, given_name=given_name, family_name=family,
        birth_date=None if born == "-" else date.fromisoformat(born),
        databases=frozenset() if year == "-" else frozenset({("schild", school)}),
        year="" if year == "-" else year, pupil=role == "student",
        began=int((enrolled or year)[:4]) - int(grade[0]) if grade else None,
    )  # fmt: skip


def others(crowd: list[str]) -> Iterator[Somebody]:
    """So many people of one name, born on one day or each on another one."""
    for text in crowd:
        number, given_name, family, *days = text.split(", ")
        for n in range(int(number)):
            day = date.fromisoformat(days[0]) if days else date(1950, 1, 1) + timedelta(days=n)
            yield Somebody(f"{text} {n}", given_name, family, day, frozenset(), "", pupil=False)


@pytest.mark.parametrize("name", sorted(CASES))
def test_case(name: str) -> None:
    case: dict[str, Any] = CASES[name]
    likely = compared(case.get("known", []), case["new"], case.get("apart", []), case.get("crowd"))
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


LETTERS = st.sampled_from("abdefgiklmnoprstuz")
RARE = st.text(LETTERS, min_size=5, max_size=9)
TOWN = ["40, Mia, Klein", "40, Ben, Schmidt", "40, Lena, Lang"]


@st.composite
def slips(draw: st.DrawFn) -> tuple[str, str]:
    """A name, and the same with one letter more, fewer, other, or two exchanged."""
    name, letter = draw(RARE), draw(LETTERS)
    at = draw(st.integers(0, len(name) - 2))
    rest = draw(st.sampled_from([
        letter + name[at:], name[at + 1 :], letter + name[at + 1 :],
        name[at + 1] + name[at] + name[at + 2 :],
    ]))  # fmt: skip
    return name.title(), (name[:at] + rest).title()


@given(slips())
def test_a_slip_in_a_family_name_gives_nobody_a_second_account(names: tuple[str, str]) -> None:
    there, here = (f"Mia, {name}, 2016-03-02, student" for name in names)
    likely = compared([f"p1, {there}, south, 2027/28"], [f"n1, {here}, north, 2027/28"], [], TOWN)
    assert likely.open == {"n1": ("p1",)}


@given(st.sampled_from(["Mia", "Ben", "Lena"]), st.sampled_from(["Lea", "Pia", "Lenia", "Lina"]),
       RARE)  # fmt: skip
def test_twins_are_never_asked_about(one: str, other: str, family: str) -> None:
    crowd = [*TOWN, "20, Lenia, Lang", "20, Lina, Klein", "20, Pia, Klein", "20, Lea, Lang"]
    for year in ("2027/28", "-"):
        known = [f"p1, {one}, {family}, 2016-03-02, student, south, {year}"]
        new = [f"n1, {other}, {family}, 2016-03-02, student, north, 2027/28"]
        assert compared(known, new, [], crowd) == Likely()


@given(slips())
def test_names_are_compared_alike_from_both_sides(names: tuple[str, str]) -> None:
    one, other = map(to_words, names)
    there, back = Pair.of(one, other), Pair.of(other, one)
    assert there is not None
    assert back == Pair(other, one, there.spelling)
