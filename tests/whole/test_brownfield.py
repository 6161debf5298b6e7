"""A directory that was filled before us is taken over: no name and no password changes."""

from pathlib import Path
from typing import Any

import ldap3
import pytest

from inventory.errors import GuardError
from inventory.records import Account, Person
from inventory.records.runs import RunState
from provisioning.lab.city import City
from provisioning.lab.slapd import Slapd
from provisioning.roster.letters import to_letters
from tests.desk import Desk, guards, total
from tests.engine.test_plans import NORTH, deliver
from tests.whole.directory_desk import city_desk, directory_toml
from tests.whole.test_term_start import own_slapd_accepts

CITY = City(seed=11, schools=1, scale=0.1)
SCHOOL = CITY.members[0].record.number
BOTH = ("roster", "directory")


@pytest.fixture
def desk(tmp_path: Path, own_slapd: Slapd) -> Desk:
    return city_desk(tmp_path / "place", own_slapd, CITY)


def old_name(given: str, family: str) -> str:
    return f"{to_letters(family)[:6]}{to_letters(given)[:2]}"


def fill(slapd: Slapd, people: list[Person], unit: str = "alt") -> dict[str, str]:
    """What another program left: uid-named entries in one unit. Returns DN -> password."""
    base = f"ou={unit},ou=schools,{slapd.base}"
    passwords = {}
    with slapd.admin() as admin:
        assert admin.add(base, ["organizationalUnit"])
        for number, person in enumerate(people):
            uid = old_name(person.given_name, person.family_name) + str(number)
            dn, password = f"uid={uid},{base}", f"altes-passwort-{number}"
            facts = {
                "uid": uid, "cn": f"{person.given_name} {person.family_name}",
                "sn": person.family_name, "givenName": person.given_name,
                "userPassword": password, "description": "from before",
            }  # fmt: skip
            assert admin.add(dn, ["inetOrgPerson"], facts), admin.result
            passwords[dn] = password
    return passwords


def wanted_people(desk: Desk) -> list[Person]:
    """The people a plan would make, by looking at it."""
    found = []
    for change in desk.changes(desk.plan()):
        for operation in change.operations:
            assert isinstance(operation, dict)
            if operation["kind"] == "person":
                found.append(Person.model_validate(operation["after"]))
    return found


def facts_of(slapd: Slapd, dns: dict[str, str]) -> dict[str, dict[str, Any]]:
    with slapd.admin() as admin:
        found = {}
        for dn in dns:
            admin.search(dn, "(objectClass=*)", ldap3.BASE, attributes=["*"])
            facts = dict(admin.entries[0].entry_attributes_as_dict)
            facts.pop("employeeNumber", None)
            found[dn] = facts
        return found


def test_adopted_accounts_keep_names_and_passwords(desk: Desk, own_slapd: Slapd) -> None:
    people = wanted_people(desk)
    names = [(to_letters(p.given_name.split()[0]), to_letters(p.family_name)) for p in people]
    unique = [p for p, name in zip(people, names, strict=True) if names.count(name) == 1]
    assert len(unique) > 10
    passwords = fill(own_slapd, unique[:-2])
    before = facts_of(own_slapd, passwords)

    hurried = desk.plan(*BOTH)
    held = [f"namesakes:{SCHOOL}:{role}" for role in ("student", "teacher")]
    assert guards(hurried) == held, "of the few teachers everybody has an account"
    with pytest.raises(GuardError, match="namesakes:"):
        desk.apply(hurried)
    assert desk.all_accounts() == [], "nobody gets a second account in a hurry"

    plan = desk.plan(*BOTH, adopt=True)
    assert guards(plan) == []
    assert desk.apply(plan) is RunState.DONE
    assert facts_of(own_slapd, passwords) == before
    assert all(own_slapd_accepts(own_slapd, dn, old) for dn, old in passwords.items())
    assert not any(w.operation == "modrdn" for w in own_slapd.writes())
    with desk.place.reader() as reader:
        accounts = list(reader.records(Account))
    assert sum(account.adopted for account in accounts) == len(passwords)
    assert total(desk.plan(*BOTH)) == 0, "the next plan is empty"
    desk.check_journal()


def test_without_adopt_nobody_gets_a_name_that_is_taken(desk: Desk, own_slapd: Slapd) -> None:
    people = wanted_people(desk)
    fill(own_slapd, people[-3:])
    plan = desk.plan(*BOTH)
    assert any("--adopt" in str(notice.message) for notice in plan.notices)
    assert guards(plan) == [], "a few are namesakes"
    assert desk.apply(plan) is RunState.DONE


def test_many_second_accounts_are_held_until_somebody_wants_them(
    tmp_path: Path, own_slapd: Slapd
) -> None:
    desk = Desk(tmp_path / "place", directory_toml(own_slapd))
    desk.add(NORTH)
    deliver(desk, *((n, f"Name{chr(97 + n // 10)}{chr(97 + n % 10)}", "7a") for n in range(70)))
    people = wanted_people(desk)
    fill(own_slapd, people[:7])
    assert guards(desk.plan()) == [], "more than five, but not more than ten in a hundred"
    fill(own_slapd, people[7:8], unit="neu")
    plan = desk.plan()
    (guard,) = plan.holds
    assert guard.name == "namesakes:012345:student"
    assert {c.person for c in desk.changes(plan) if c.id in guard.changes} == {
        person.id for person in people[:8]
    }
    assert "8 of 70" in str(guard.message)
    assert desk.apply(plan, lift=(guard.name,)) is RunState.DONE
    assert {account.person for account in desk.all_accounts()} == {one.id for one in people}


def test_namesakes_are_not_guessed(desk: Desk, own_slapd: Slapd) -> None:
    person = wanted_people(desk)[0]
    fill(own_slapd, [person, person])
    plan = desk.plan(*BOTH, adopt=True)
    assert any("namesakes" in str(notice.message) for notice in plan.notices)
    assert desk.apply(plan) is RunState.DONE
    with desk.place.reader() as reader:
        owners = {account.person for account in reader.records(Account)}
    assert person.id not in owners
