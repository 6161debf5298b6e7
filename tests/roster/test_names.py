"""User names and addresses: valid, never twice, and the same ones for the same people."""

import re
import secrets
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from inventory.records import School
from inventory.records.places import SchoolType
from inventory.rosters.settings import SourceSettings
from provisioning.roster.names import RESERVED, NameHasher, NameMaker
from provisioning.roster.settings import AccountSettings
from tests.desk import Desk

CASES = sorted((Path(__file__).parents[1] / "cases" / "names").glob("*.toml"))
VALID = re.compile(r"(?=.*[a-z])[a-z0-9]([a-z0-9]|[._-](?![._-]))*[a-z0-9]|[a-z]")
ADDRESS = re.compile(r"([a-z0-9._-]+)@[a-z0-9-]+(\.[a-z0-9-]+)+")
HASHER = NameHasher(SecretStr(secrets.token_urlsafe(32)))


def maker(settings: AccountSettings, *used: str) -> NameMaker:
    return NameMaker(settings, HASHER, {HASHER(name) for name in used}.__contains__)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    case: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    names = maker(AccountSettings.model_validate(case.get("settings", {})))
    for person in case["people"]:
        name = names.make(person["given"], person["family"])
        school = person.get("school", "012345")
        address = names.make_address(person["given"], person["family"], name, school)
        assert name == person["user_name"]
        assert address == person.get("email", "")


TEMPLATES = (
    "{given}.{family}", "{given:1}{family:7}", "{family}_{given:2}", "s-{given}", "{family}",
)  # fmt: skip
LOCAL_PARTS = ("{user_name}", "{given}.{family}", "{family:1}.{school_number}")
PEOPLE = st.lists(
    st.tuples(st.text(max_size=30), st.text(max_size=30))
    | st.tuples(st.sampled_from(["Anna", "Änne"]), st.sampled_from(["Au", "Root", "Au2", "Au22"])),
    max_size=40,
)
SETTINGS = st.builds(
    AccountSettings,
    user_name=st.sampled_from(TEMPLATES),
    max_length=st.integers(6, 64),
    email=st.sampled_from(LOCAL_PARTS).map(lambda local: f"{local}@schule.example"),
)


@given(people=PEOPLE, settings=SETTINGS, used=st.sets(st.sampled_from(["anna.au", "a2", "konto"])))
def test_names_are_valid_and_never_given_twice(
    people: list[tuple[str, str]], settings: AccountSettings, used: set[str]
) -> None:
    names, again = maker(settings, *used), maker(settings, *used)
    taken, addresses = set(used), set(used)
    for given_name, family_name in people:
        name = names.make(given_name, family_name)
        assert VALID.fullmatch(name), name
        assert len(name) <= settings.max_length
        assert name not in RESERVED | taken
        taken.add(name)
        address = names.make_address(given_name, family_name, name, "02345A")
        match = ADDRESS.fullmatch(address)
        assert match, address
        assert ".." not in address
        assert len(match[1]) <= 64
        assert address not in addresses
        addresses.add(address)
        assert again.make(given_name, family_name) == name, "the same people, other names"
        assert again.make_address(given_name, family_name, name, "02345A") == address


@given(
    st.lists(st.sampled_from(["Mustermannweg", "Mustermannau", "Mustermannhof"]), max_size=300),
    st.integers(6, 9),
)
def test_no_name_is_tried_twice_however_many_share_its_beginning(
    families: list[str], room: int
) -> None:
    tried: list[bytes] = []

    def is_used(digest: bytes) -> bool:
        tried.append(digest)
        return False

    settings = AccountSettings(user_name="{family}", max_length=room)
    names = NameMaker(settings, HASHER, is_used)
    for family in families:
        names.make("", family)
    assert len(tried) == len(set(tried)) == len(families)


@pytest.mark.parametrize(
    "template",
    ["schule.example", "{user_name}@", "fest@schule.example", "{nick}@schule.example",
     "{user_name}@Schule.example", "{user_name}@a@schule.example", "{user_name} @schule.example",
     "{user_name}@{given}.example", "{user_name}@schule"],
)  # fmt: skip
def test_an_address_template_that_makes_no_addresses_is_refused(template: str) -> None:
    with pytest.raises(ValidationError, match="an address is made of"):
        AccountSettings(email=template)


PUPILS = "Nr;Nachname;Vorname;Klasse\n"


def test_names_and_addresses_of_before_are_not_given_again(tmp_path: Path) -> None:
    settings = '[accounts]\nemail = "{given}.{family}@schule.example"\nuser_name = "{family}"'
    desk = Desk(tmp_path / "place", settings)
    desk.add(School(number="012345", name="Nord", school_type=SchoolType.GYMNASIUM))
    source = SourceSettings.model_validate({
        "name": "Nord", "files": "p.csv", "format": "csv", "school": "012345",
        "roles": ["student"], "columns": {"record_id": "Nr", "family_name": "Nachname",
                                          "given_name": "Vorname", "school_class": "Klasse"},
    })  # fmt: skip
    path = desk.place.folder / "p.csv"
    path.write_text(PUPILS + "1;Au;Ida;5a\n", encoding="utf-8")
    desk.take_in(source, path)
    desk.apply(desk.plan())
    (first,) = desk.accounts()
    assert first == "au"
    path.write_text(PUPILS + "1;Au;Ida;5a\n2;Au;Ida;5a\n3;Au;Ute;5a\n", encoding="utf-8")
    desk.take_in(source, path)
    desk.apply(desk.plan())
    assert set(desk.accounts()) == {"au", "au2", "au3"}
    addresses = {record.email for record in desk.all_accounts()}
    assert addresses == {f"{one}@schule.example" for one in ("ida.au", "ida.au2", "ute.au")}
