"""The directory's password policy is asked before anything is planned."""

import ssl
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ldap3
import pytest

from inventory.errors import UsageError
from inventory.records.changes import Action, Change
from inventory.records.people import Role
from provisioning.directory.found import FoundEntry
from provisioning.directory.password_policy import Policy, read_domain_policy, read_policy
from provisioning.directory.password_settings import PasswordSettings
from provisioning.directory.recipes import Recipe
from provisioning.lab.slapd import Slapd
from tests.directory.city import City
from tests.directory.support import Desk, reader, settings_for, values

DEFAULT = f"cn=default,ou=policies,{Slapd.base}"
STRICT = f"cn=strict,ou=policies,{Slapd.base}"


@pytest.fixture
def desk(own_slapd: Slapd, tmp_path: Path) -> Desk:
    return Desk(own_slapd, tmp_path)


def let_policy(slapd: Slapd, **values: str) -> None:
    """Change attributes of the default policy."""
    with slapd.admin() as admin:
        admin.modify(DEFAULT, {name: [("MODIFY_REPLACE", [v])] for name, v in values.items()})


def read(desk: Desk, **changed: object) -> Policy | None:
    settings = settings_for(desk.slapd, **changed)
    connection = reader(desk.slapd, settings)
    try:
        return read_policy(connection, settings)
    finally:
        connection.close()


def made(changes: Sequence[Change]) -> list[str]:
    return [str((change.after or {})["uid"]) for change in changes
            if change.kind == "person" and change.action is Action.CREATE]  # fmt: skip


def test_the_only_policy_is_the_default_one(desk: Desk) -> None:
    assert read(desk) == Policy(DEFAULT, min_length=8, must_change=False)
    let_policy(desk.slapd, pwdCheckQuality="0", pwdMustChange="TRUE")
    assert read(desk) == Policy(DEFAULT, min_length=0, must_change=True)


def test_of_several_policies_none_is_guessed(desk: Desk) -> None:
    with desk.slapd.admin() as admin:
        attributes = {"cn": "strict", "pwdAttribute": "userPassword", "pwdMinLength": "30",
                      "pwdCheckQuality": "1"}  # fmt: skip
        admin.add(STRICT, ["pwdPolicy", "device"], attributes)
    assert read(desk) is None
    assert read(desk, password_policy=STRICT) == Policy(STRICT, 30, must_change=False)
    with pytest.raises(UsageError, match="is no password policy that our account may read"):
        read(desk, password_policy=f"cn=none,ou=policies,{Slapd.base}")


def test_a_policy_that_may_not_be_read_is_none(desk: Desk) -> None:
    hidden = f'{{0}}to dn.subtree="ou=policies,{Slapd.base}" by * none'
    with desk.slapd.admin() as admin:
        admin.search("cn=config", f"(olcSuffix={Slapd.base})", attributes=["olcSuffix"])
        admin.modify(admin.response[0]["dn"], {"olcAccess": [("MODIFY_ADD", [hidden])]})
    assert read(desk) is None
    city = City()
    city.person("anna", city.school("100001"))
    assert made(desk.bring(city)) == ["anna"]


def test_who_would_be_refused_is_not_planned_and_all_others_are(desk: Desk) -> None:
    let_policy(desk.slapd, pwdMinLength="15", pwdCheckQuality="2")
    city = City()
    school = city.school("100001")
    for number, name in enumerate(("anna", "bela")):
        city.person(name, school, city.school_class(school, f"{number + 2}a"))
    city.person("cem", school, city.school_class(school, "5a"))
    city.person("dora", school, role=Role.TEACHER)
    changes, notices = desk.plan(city)
    characters, easy = sorted((str(notice.message) for notice in notices), key=len, reverse=True)
    assert made(changes) == ["cem"]
    assert easy.startswith("Passwords that are not planned: 2. The profile easy may give only 11")
    assert "min_length = 15 in [passwords.profiles.easy]" in easy
    assert characters.startswith("Passwords that are not planned: 1. The profile characters")
    desk.passwords = PasswordSettings.model_validate({
        "profiles": {
            "easy": {"words": 2, "list": "easy", "digits": 3, "min_length": 15},
            "characters": {"characters": 12, "min_length": 15},
        }
    })  # fmt: skip
    changes = desk.bring(city)
    assert sorted(made(changes)) == ["anna", "bela", "cem", "dora"]
    assert desk.locked_out(changes) == []


@pytest.mark.parametrize(("asks", "noted"), [("TRUE", 0), ("FALSE", 1)])
def test_must_change_is_said_to_the_server_and_to_us_when_it_will_not_ask(
    desk: Desk, asks: str, noted: int
) -> None:
    let_policy(desk.slapd, pwdMustChange=asks)
    desk.passwords = PasswordSettings.model_validate(
        {"rules": [{"roles": ["teacher"], "must_change": True}]}
    )
    city = City()
    school = city.school("100001")
    city.person("anna", school)
    city.person("dora", school, role=Role.TEACHER)
    changes, notices = desk.plan(city)
    assert len(notices) == noted
    assert all("pwdMustChange" in str(notice.message) for notice in notices)
    desk.apply(changes)
    dns = {str((c.after or {})["uid"]): c for c in changes if c.kind == "person"}
    with desk.slapd.admin() as admin:
        assert values(admin, dns["dora"].key, "pwdReset") == {"TRUE"}
        assert values(admin, dns["anna"].key, "pwdReset") == set()
    for name, change in dns.items():
        may_read = logged_in_may_read(desk.slapd, change.key, desk.password(change))
        assert may_read == (name == "anna" or asks == "FALSE")
    assert desk.locked_out(changes) == [], "the first login itself is accepted"
    assert desk.plan(city)[0] == [], "who has chosen another password is no drift"


def logged_in_may_read(slapd: Slapd, dn: str, password: str) -> bool:
    """False while the server lets a person do nothing but choose another password."""
    tls = ldap3.Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=str(slapd.ca_file))
    server = ldap3.Server("localhost", port=slapd.ldaps_port, use_ssl=True, tls=tls)
    with ldap3.Connection(server, dn, password) as connection:
        return bool(connection.search(dn, "(objectClass=*)", ldap3.BASE))


class Recorded:
    """The attributes that a domain controller shows of its domain."""

    def __init__(self, **domain: str) -> None:
        self.entries = {
            "": {"defaultnamingcontext": ("DC=schule,DC=example",)},
            "DC=schule,DC=example": {name.lower(): (value,) for name, value in domain.items()},
        }

    def read(self, entry: str, attributes: Sequence[str], _where: str = "") -> FoundEntry:
        found = self.entries[entry]
        return FoundEntry(entry, {n.lower(): found[n.lower()] for n in attributes
                                  if n.lower() in found})  # fmt: skip


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ({"minPwdLength": "7", "pwdProperties": "1"}, (7, True)),
        ({"minPwdLength": "12", "pwdProperties": "0"}, (12, False)),
        ({"minPwdLength": "7", "pwdProperties": "17"}, (7, True)),
        ({}, None),
    ],
)
def test_a_domain_s_policy(domain: dict[str, str], expected: tuple[int, bool] | None) -> None:
    connection: Any = Recorded(**domain)
    policy = read_domain_policy(connection)
    assert (policy and (policy.min_length, policy.complexity)) == expected
    assert policy is None or (policy.name, policy.must_change) == ("DC=schule,DC=example", True)


@pytest.mark.parametrize(
    ("recipe", "fits"),
    [
        (Recipe(words=3, digits=3), True),
        (Recipe(words=2, list="easy", digits=3), True),
        (Recipe(characters=12), True),
        (Recipe(words=4, list="easy"), False),
        (Recipe(digits=8), False),
    ],
)
def test_complexity_asks_for_three_kinds_of_signs(recipe: Recipe, fits: bool) -> None:
    refusal = Policy("DC=x", complexity=True).refusal("mine", recipe, 4)
    assert (refusal is None) == fits
    assert fits or "profile mine gives fewer" in str(refusal)
