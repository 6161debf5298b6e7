"""Former names: known again in what a school delivers, in whatever way it writes them."""

import secrets
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from typer.testing import CliRunner

from inventory.errors import UsageError
from inventory.records import Person, SourceKey
from inventory.records.base import Edit, derive_id
from inventory.records.people import Role
from inventory.rosters.rows import RosterRow
from inventory.rosters.settings import SourceSettings
from inventory.rosters.values import name_key
from inventory.store.deliveries import delivery_rows, newest_deliveries
from inventory.store.renaming import forget_former
from provisioning.roster.former import FormerNames, former_hashes, former_words, words_of
from provisioning.roster.names import NameHasher
from provisioning.roster.renaming import Renaming, with_keys
from schoolnet.commands.rename import app as rename
from schoolnet.compose import name_maker
from tests.desk import Desk, total
from tests.engine.test_plans import NORTH

HASHER = NameHasher(SecretStr(secrets.token_urlsafe(32)))
OLD = Person(id="p1", given_name="Jörg Max", family_name="Müller-Groß")
NEW = Person(id="p1", given_name="Mia", family_name="Groß")


class Kept:
    """A reader that knows one person; nothing else is asked."""

    def get(self, _model: type[Person], _record_id: str) -> Person:
        return NEW

    def execute(self, _sql: str, values: tuple[bytes]) -> list[tuple[int]]:
        words = former_words(OLD, "jmueller2", NEW) if self.protected else set()
        return [(1,) for one in former_hashes(HASHER, OLD, NEW, words) if one == values[0]]

    def __init__(self, protected: bool) -> None:
        self.protected = protected


def corrected(given_name: str, family_name: str, email: str = "", *, protected: bool = True) -> str:
    row = RosterRow(line=2, record_id="1", given_name=given_name, family_name=family_name,
                    email=email, role=Role.STUDENT)  # fmt: skip
    former = FormerNames(Kept(protected), HASHER)  # type: ignore[arg-type]
    found = former.corrected(row, "p1")
    assert former.count == (found != row)
    assert former.corrected(row, "p2") == row, "of another person the name is no former one"
    return " ".join(filter(None, (found.given_name, found.family_name, found.email)))


@pytest.mark.parametrize(
    ("delivered", "expected"),
    [
        (("Jörg Max", "Müller-Groß"), "Mia Groß"),
        (("jörg  MAX", "Müller-Groß"), "Mia Groß"),
        (("Jo\u0308rg", "Groß"), "Mia Groß"),
        (("Max", "Groß"), "Mia Groß"),
        (("Joerg", "Mueller"), "Mia Groß"),
        (("Mia", "Groß"), "Mia Groß"),
        (("Mia Lou", "Groß-Au"), "Mia Lou Groß-Au"),
        (("Maxine", "Au"), "Maxine Au"),
        (("Mia", "Groß", "joerg.au@schule.example"), "Mia Groß"),
        (("Mia", "Groß", "jmueller3@schule.example"), "Mia Groß"),
        (("Mia", "Groß", "mia.gross@schule.example"), "Mia Groß mia.gross@schule.example"),
    ],
)
def test_no_word_of_a_protected_name_comes_back(delivered: tuple[str, ...], expected: str) -> None:
    assert corrected(*delivered) == expected


def test_an_ordinary_change_keeps_only_the_whole_name_away() -> None:
    assert corrected("Jörg Max", "Müller-Groß", protected=False) == "Mia Groß"
    assert corrected("Jörg", "Groß-Müller", protected=False) == "Jörg Groß-Müller"


@given(st.text(max_size=20), st.text(max_size=20))
def test_whatever_is_delivered_no_former_word_is_left(given_name: str, family_name: str) -> None:
    found = corrected(f"{given_name} Max", f"{family_name}-Müller")
    assert words_of(found).isdisjoint({"max", "müller", "mueller"})


def test_a_teacher_s_address_goes_with_the_name(tmp_path: Path) -> None:
    source = SourceSettings.model_validate({
        "name": "north", "files": "*", "format": "csv", "school": "012345", "roles": ["teacher"],
        "columns": {"record_id": "Nr", "family_name": "Name", "given_name": "Vorname",
                    "email": "Mail"},
    })  # fmt: skip
    desk = Desk(tmp_path / "place")
    desk.add(NORTH)
    path = desk.place.folder / "teachers.csv"
    text = "Nr,Name,Vorname,Mail\n1,Distelfink,Ottokar,o.distelfink@schule.example\n"
    path.write_text(text, encoding="utf-8")
    desk.take_in(source, path)
    desk.apply(desk.plan())
    (account,) = desk.all_accounts()
    with desk.place.reader() as reader:
        (person,) = reader.records(Person)
    assert person.service_email == "o.distelfink@schule.example"
    wanted = Renaming(person, account, "Tilda", "Sonnental")
    with desk.place.reader() as reader, desk.place.writer() as writer:
        names = name_maker(desk.place, reader)
        wanted.rename_protected(writer, names, "012345", "asked for")
    for _time in range(2):
        assert desk.plan().stages[0].counts == dict.fromkeys(desk.plan().stages[0].counts, 0)
        with desk.place.reader() as reader:
            (person,) = reader.records(Person)
        assert (person.family_name, person.service_email) == ("Sonnental", "")
        desk.take_in(source, path)
    desk.check_journal()
    again = ["ottokar.distelfink", "--family", "Sonnental", "--reason", "again", "--yes"]
    for more, told in ((["--protected"], "leaves no trace of it"), ([], "schoolnet find")):
        _mark_finished(desk)
        refused = CliRunner().invoke(rename, [*again, *more], obj=desk.place.folder)
        assert isinstance(refused.exception, UsageError)
        assert told in str(refused.exception)


def _mark_finished(desk: Desk) -> None:
    (account,) = desk.all_accounts()
    with desk.place.writer() as writer:
        writer.edit([Edit(account, account.model_copy(update={"renaming": False}))])


def test_ids_made_of_a_former_name_tell_it_to_nobody(tmp_path: Path) -> None:
    """With the birth date beside it a plain hash can be guessed; the journal keeps ids for ever."""
    desk = Desk(tmp_path / "place")
    desk.add(NORTH)
    pupils(desk, "Ottokar", "3a")
    desk.apply(desk.plan())
    given = ["Ottokar", "Tilda", "Ottokar", "Mia"]
    for old, new in pairwise(given):
        protect(desk, old, new)
        stored = b"".join(path.read_bytes() for path in desk.place.folder.glob("inventory*"))
        plain = key_of(old)
        assert plain.encode() not in stored
        (one,) = [p for p in desk.all(Person) if isinstance(p, Person) and p.given_name == new]
        system, school = next(
            (key.system, key.school) for key in desk.all(SourceKey) if isinstance(key, SourceKey)
        )
        assert derive_id("source_key", system, school, one.id, plain).encode() not in stored
        for delivered, school_class in ((old, "3a"), (new, "3a"), (old, "3a"), (new, "3a")):
            pupils(desk, delivered, school_class)
            assert total(desk.plan()) == 0, (old, new, delivered)
            with desk.place.reader() as reader:
                rows = [*delivery_rows(reader, newest_deliveries(reader)[0].id)]
            assert plain not in str(rows)
    pupils(desk, "Mia", "4a")
    desk.apply(desk.plan())
    assert len(desk.all(Person)) == len(desk.all_accounts()) == 2
    desk.check_journal()


def key_of(given_name: str) -> str:
    return name_key("Huber", given_name, date(2016, 3, 2))


def pupils(desk: Desk, given_name: str, school_class: str) -> None:
    """The school delivers two pupils without ids."""
    source = SourceSettings.model_validate(
        {
            "name": "n",
            "files": "*",
            "format": "sophomorix",
            "school": "012345",
            "roles": ["student"],
        }
    )
    path = desk.place.folder / "students.csv"
    path.write_text(
        f"{school_class};Huber;{given_name};02.03.2016;\n{school_class};Kern;Ben;03.05.2016;\n"
    )
    desk.take_in(source, path)


def protect(desk: Desk, old: str, new: str) -> None:
    with desk.place.reader() as reader, desk.place.writer() as writer:
        person = next(p for p in reader.records(Person) if p.given_name == old)
        account = next(a for a in desk.all_accounts() if a.person == person.id)
        wanted = with_keys(reader, Renaming(person, account, new, "Huber"))
        wanted.rename_protected(writer, name_maker(desk.place, reader), "012345", "asked for")
    with desk.place.writer() as writer:
        forget_former(writer, person.id, lambda _run: None)
    account = next(a for a in desk.all_accounts() if a.person == person.id)
    with desk.place.writer() as writer:
        writer.edit([Edit(account, account.model_copy(update={"renaming": False}))])
