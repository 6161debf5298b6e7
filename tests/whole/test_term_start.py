"""Term start on a real OpenLDAP: import, plan, apply, verify, and a second plan is empty."""

from pathlib import Path

import ldap3
import pytest

from inventory.records import Account
from inventory.records.people import AccountState
from inventory.records.runs import RunState
from inventory.store.runs import runs
from provisioning.lab.city import City
from provisioning.lab.slapd import Slapd
from tests.desk import Desk, count, total
from tests.whole.directory_desk import city_desk

CITY = City(seed=3, schools=3, scale=0.04)
BOTH = ("roster", "directory")


@pytest.fixture
def desk(tmp_path: Path, own_slapd: Slapd) -> Desk:
    return city_desk(tmp_path / "place", own_slapd, CITY)


def people_in(slapd: Slapd) -> dict[str, ldap3.Entry]:
    with slapd.admin() as admin:
        admin.search(
            f"ou=schools,{slapd.base}", "(objectClass=inetOrgPerson)",
            attributes=["uid", "employeeNumber", "memberOf", "entryUUID"],
        )  # fmt: skip
        return {str(entry.uid): entry for entry in admin.entries}


def test_the_whole_way(desk: Desk, own_slapd: Slapd) -> None:
    plan = desk.plan(*BOTH)
    people = count(plan, "create")
    assert people > 30
    assert people_in(own_slapd) == {}, "planning writes nothing"
    assert own_slapd.writes() == []
    assert desk.apply(plan) is RunState.DONE
    entries = people_in(own_slapd)
    active = {n for n, state in desk.accounts().items() if state is AccountState.ACTIVE}
    assert entries.keys() == active
    assert all(len(entry.memberOf.values) >= 2 for entry in entries.values())
    assert total(desk.plan(*BOTH)) == 0
    desk.check_journal()
    with desk.place.reader() as reader:
        accounts = [a for a in reader.records(Account) if a.user_name in active]
        keys = {f"schoolnet:{a.person}" for a in accounts}
        assert {str(entry.employeeNumber) for entry in entries.values()} == keys
        stored = dict(reader.execute("SELECT record, uuid FROM directory_entry"))
    for entry in entries.values():
        assert stored[str(entry.employeeNumber).removeprefix("schoolnet:")] == str(entry.entryUUID)


def test_a_created_person_can_log_in_with_the_handout(desk: Desk, own_slapd: Slapd) -> None:
    from inventory.store.plans import plan_changes
    from inventory.store.runs import outcomes
    from provisioning.directory.handouts import made_accounts
    from provisioning.directory.passwords import InitialPasswords

    plan = desk.plan(*BOTH)
    desk.apply(plan)
    with desk.place.reader() as reader:
        run = runs(reader)[0]
        made = made_accounts(plan_changes(reader, plan.id, "directory"), outcomes(reader, run.id))
    passwords = InitialPasswords(desk.place.spool, run.id)
    dns = {name: entry.entry_dn for name, entry in people_in(own_slapd).items()}
    tried = 0
    for group, accounts in made.items():
        for account in accounts[:1]:
            derived = passwords.password(group, account.change, account.recipe)
            secret = derived.get_secret_value()
            assert own_slapd_accepts(own_slapd, dns[account.user_name], secret)
            assert not own_slapd_accepts(own_slapd, dns[account.user_name], secret + "x")
            assert_nowhere(desk.place.folder, secret)
            tried += 1
    assert tried > 3


def own_slapd_accepts(slapd: Slapd, dn: str, password: str) -> bool:
    import ssl

    tls = ldap3.Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=str(slapd.ca_file))
    server = ldap3.Server("localhost", port=slapd.ldaps_port, use_ssl=True, tls=tls)
    connection = ldap3.Connection(server, dn, password)
    try:
        return bool(connection.bind())
    finally:
        connection.unbind()


def assert_nowhere(folder: Path, secret: str) -> None:
    for file in folder.rglob("*"):
        if file.is_file():
            assert secret.encode() not in file.read_bytes(), file
