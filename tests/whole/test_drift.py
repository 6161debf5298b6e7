"""What others change in the directory is drift: told apart from wishes, accepted or put back."""

from pathlib import Path
from typing import Any

import pytest
from ldap3 import BASE, MODIFY_ADD, MODIFY_DELETE, MODIFY_REPLACE, SUBTREE, Connection

from inventory.records import Account, Enrolment, Person
from inventory.records.base import Edit
from inventory.records.changes import Action, Change, Plan
from inventory.records.people import AccountState, Role
from inventory.records.runs import RunState
from inventory.store.brought import brought, keep_only
from inventory.store.journals import entries
from provisioning.directory.dn import parent
from provisioning.lab.city import City
from provisioning.lab.exports import sources_toml
from provisioning.lab.samba import Samba
from provisioning.lab.slapd import Slapd
from tests.desk import Desk, total
from tests.directory.support import BASE_DN, BOTH, Server
from tests.whole.commandline import CommandLine, assert_one_message
from tests.whole.directory_desk import deliver_year, directory_toml
from tests.whole.on_screen import assert_accepted_on_screen

CITY = City(seed=5, schools=1, scale=0.04)
YEAR = CITY.first_year
TARGETS = ("roster", "directory")
ACCOUNTS = '[accounts]\nemail = "{user_name}@schule.example"\n'
NEW_NAMES = {"sn": "Neumann", "givenName": "Uta", "displayName": "Uta Neumann"}
WHY = ("--reason", "agreed with the school")


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Server:
    fixture = "own_slapd" if request.param == "openldap" else "own_samba"
    found: Server = request.getfixturevalue(fixture)
    return found


class Work:
    """A city whose directory is as it should be, and somebody who changes it by hand."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.server = server
        settings = ACCOUNTS + directory_toml(server)
        self.desk = Desk(folder, settings, sources_toml(CITY, "import", YEAR))
        self.desk.add(*(member.record for member in CITY.members))
        deliver_year(self.desk, CITY, YEAR)
        assert self.desk.apply(self.desk.plan(*TARGETS)) is RunState.DONE
        assert total(self.desk.plan(*TARGETS)) == 0
        self.cli = CommandLine(folder)
        self.ad = isinstance(server, Samba)
        self.base = Samba.managed if self.ad else BASE_DN
        self.uid = "sAMAccountName" if self.ad else "uid"

    def pupils(self, count: int) -> list[Account]:
        with self.desk.place.reader() as reader:
            pupils = {e.person for e in reader.records(Enrolment) if e.role is Role.STUDENT}
            found = [a for a in reader.records(Account) if a.person in pupils]
        return found[:count]

    def entry(self, admin: Connection, name: str) -> str:
        """The DN of the account of this name."""
        admin.search(self.base, f"({self.uid}={name})", SUBTREE, attributes=[self.uid])
        (found,) = [e["dn"] for e in admin.response if e["type"] == "searchResEntry"]
        return str(found)

    def values(self, admin: Connection, entry: str, name: str) -> list[str]:
        admin.search(entry, "(objectClass=*)", BASE, attributes=[name])
        return [str(v, "utf-8") for v in admin.response[0]["raw_attributes"][name]]

    def change(self, admin: Connection, entry: str, **values: str) -> None:
        admin.modify(entry, {n: [(MODIFY_REPLACE, [v])] for n, v in values.items()})
        assert admin.result["result"] == 0, admin.result

    def lock(self, admin: Connection, entry: str) -> None:
        name, value = "pwdAccountLockedTime", "000001010000Z"
        self.change(admin, entry, **({"userAccountControl": "514"} if self.ad else {name: value}))

    def unlock(self, admin: Connection, entry: str) -> None:
        if self.ad:
            self.change(admin, entry, userAccountControl="512")
        else:
            admin.modify(entry, {"pwdAccountLockedTime": [(MODIFY_DELETE, [])]})
            assert admin.result["result"] == 0, admin.result

    def is_locked(self, admin: Connection, entry: str) -> bool:
        name = "userAccountControl" if self.ad else "pwdAccountLockedTime"
        return self.values(admin, entry, name) not in ([], ["512"])

    def changes(self, plan: Plan) -> dict[str, list[Change]]:
        """The plan's changes of the directory by person."""
        found: dict[str, list[Change]] = {}
        for change in self.desk.changes(plan):
            if change.target == "directory":
                found.setdefault(change.person, []).append(change)
        return found

    def accept(self, plan: Plan, *changes: Change, code: int | None = 0) -> Any:
        words = [word for change in changes for word in ("--change", change.id)]
        return self.cli("plans", "accept", plan.id, *words, *WHY, code=code)


@pytest.fixture
def work(tmp_path: Path, server: Server) -> Work:
    return Work(tmp_path / "place", server)


class Hand:
    """What somebody did to eight pupils: seven in the directory, one in the inventory."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.pupils = work.pupils(8)
        (self.school,) = {pupil.school for pupil in self.pupils}
        self.mailed, self.named, self.locked, self.called, *others = self.pupils
        self.grouped, self.gone, self.moved, self.wished = others
        with work.server.admin() as admin:
            self.where = {a.person: work.entry(admin, a.user_name) for a in self.pupils}
            self.groups = _groups_of(admin, work.base, self.where[self.grouped.person])
            work.change(admin, self.where[self.mailed.person], mail="ida@example.com")
            work.change(admin, self.where[self.named.person], **NEW_NAMES)
            work.lock(admin, self.where[self.locked.person])
            self._rename_and_move(admin)
            self._regroup(admin)
            admin.delete(self.where[self.gone.person])
            assert admin.result["result"] == 0, admin.result
        with work.desk.place.reader() as reader, work.desk.place.writer() as writer:
            person = reader.get(Person, self.wished.person)
            assert person is not None
            new = person.model_copy(update={"given_name": "Wunsch"})
            writer.edit([Edit(person, new)], "a wish")

    def _rename_and_move(self, admin: Connection) -> None:
        called, moved = self.where[self.called.person], self.where[self.moved.person]
        upn = {"userPrincipalName": f"uta.neu@{_domain(self.work.base)}"} if self.work.ad else {}
        self.work.change(admin, called, **{self.work.uid: "uta.neu"}, **upn)
        admin.modify_dn(called, "cn=uta.neu")
        assert admin.result["result"] == 0, admin.result
        elsewhere = f"ou=groups,{parent(parent(moved))}"
        admin.modify_dn(moved, f"cn={self.moved.user_name}", new_superior=elsewhere)
        assert admin.result["result"] == 0, admin.result

    def _regroup(self, admin: Connection) -> None:
        who = [self.where[self.grouped.person]]
        every = _groups(admin, self.work.base)
        teachers = next(g for g in every if g.lower().startswith("cn=teachers"))
        for group, verb in ((self.groups[0], MODIFY_DELETE), (teachers, MODIFY_ADD)):
            admin.modify(group, {"member": [(verb, who)]})
            assert admin.result["result"] == 0, admin.result


@BOTH
def test_drift_is_told_accepted_and_put_back(work: Work) -> None:
    hand = Hand(work)
    plan = assert_told(work, hand)
    by = work.changes(plan)
    assert_refused(work, hand, plan)
    chosen = [c for who in (hand.mailed, hand.named, hand.locked, hand.called)
              for c in by[who.person] if c.kind != "membership"]  # fmt: skip
    said = work.accept(plan, *chosen)
    assert "is held in this state" in said.err
    assert_one_message(work.accept(plan, chosen[0], code=None), 5, "new plan")
    assert_accepted(work, hand)
    assert_put_back(work, hand)
    with work.server.admin() as admin:
        work.change(admin, hand.where[hand.mailed.person], mail="other@example.com")
    (change,) = work.changes(work.desk.plan("directory"))[hand.mailed.person]
    assert change.drift == ("mail",), "what was accepted is what counts from then on"
    assert_accepted_on_screen(work.desk, hand.mailed, change)
    work.desk.check_journal()


def assert_told(work: Work, hand: Hand) -> Plan:
    said = work.cli("verify", "directory", "--json", code=3).json
    assert [one["school"] for one in said["drift"]] == [hand.school]
    assert said["changes"] - said["drifted"] == 1, "the wish is no drift"
    plan = work.desk.plan("directory")
    (stage,) = plan.stages
    assert stage.drift == {hand.school: said["drifted"]}
    by = work.changes(plan)
    assert by.keys() == hand.where.keys()
    assert [c.drift for c in by[hand.wished.person]] == [()]
    assert all(c.drift for who in by.keys() - {hand.wished.person} for c in by[who])
    assert [c.drift for c in by[hand.mailed.person]] == [("mail",)]
    assert "Changed in the directory since" in str(by[hand.mailed.person][0].reason)
    assert by[hand.moved.person][0].action is Action.MOVE
    assert "Vanished from the directory" in str(by[hand.gone.person][0].reason)
    shown = work.cli("plans", "show", plan.id, "--limit", "1000").out
    assert f"{by[hand.mailed.person][0].id} person drift " in shown
    return plan


def assert_refused(work: Work, hand: Hand, plan: Plan) -> None:
    by = work.changes(plan)
    for refused, words in (
        (by[hand.grouped.person][-1], "class or role"),
        (by[hand.moved.person][0], "home school"),
        (by[hand.gone.person][0], "vanished"),
        (by[hand.wished.person][0], "is no drift"),
    ):
        assert_one_message(work.accept(plan, refused, code=None), 2, words)
    change = by[hand.mailed.person][0].id
    said = work.cli("plans", "accept", plan.id, "--change", change, code=None)
    assert_one_message(said, 2, "--reason")


def assert_accepted(work: Work, hand: Hand) -> None:
    accounts = {account.person: account for account in work.desk.all_accounts()}
    assert accounts[hand.mailed.person].email == "ida@example.com"
    assert accounts[hand.locked.person].state is AccountState.DISABLED
    assert accounts[hand.called.person].user_name == "uta.neu"
    with work.desk.place.reader() as reader:
        person = reader.get(Person, hand.named.person)
        assert person is not None
        assert (person.given_name, person.family_name) == ("Uta", "Neumann")
        told = [line.body or {} for line in entries(reader, record=hand.named.person)]
        assert WHY[1] in [body.get("reason") for body in told]


def assert_put_back(work: Work, hand: Hand) -> None:
    """Once the schools delivered again, only what was not accepted is put right."""
    deliver_year(work.desk, CITY, YEAR)
    plan = work.desk.plan(*TARGETS)
    undone = [c for c in work.desk.changes(plan) if c.target == "roster"]
    assert [c.person for c in undone] == [hand.wished.person], "no accepted value is undone"
    by = work.changes(plan)
    assert by.keys().isdisjoint({hand.mailed.person, hand.named.person})
    follows = [c for who in (hand.locked, hand.called) for c in by.get(who.person, ())]
    assert [c for c in follows if c.kind != "membership" and c.drift] == []
    assert work.desk.apply(plan) is RunState.DONE
    assert total(work.desk.plan(*TARGETS)) == 0
    with work.server.admin() as admin:
        where = hand.where
        assert work.values(admin, where[hand.mailed.person], "mail") == ["ida@example.com"]
        assert work.entry(admin, hand.moved.user_name).lower() == where[hand.moved.person].lower()
        assert work.entry(admin, hand.gone.user_name)
        groups = _groups_of(admin, work.base, where[hand.grouped.person])
        assert sorted(groups) == sorted(hand.groups)
        assert work.entry(admin, "uta.neu").lower().startswith("cn=uta.neu,ou=people")
        assert _groups_of(admin, work.base, where[hand.locked.person]) == []


@BOTH
def test_locks_by_hand_go_both_ways(work: Work) -> None:
    leaver, locked = work.pupils(2)
    with work.desk.place.reader() as reader, work.desk.place.writer() as writer:
        account = reader.get(Account, leaver.id)
        assert account is not None
        day = work.desk.place.today
        left = {"state": AccountState.DISABLED, "left_on": day, "disabled_on": day,
                "left_as": Role.STUDENT}  # fmt: skip
        writer.edit([Edit(account, account.model_copy(update=left))], "left")
    assert work.desk.apply(work.desk.plan("directory")) is RunState.DONE
    with work.server.admin() as admin:
        where = {a.person: work.entry(admin, a.user_name) for a in (leaver, locked)}
        work.unlock(admin, where[leaver.person])
        work.lock(admin, where[locked.person])
    plan = work.desk.plan("directory")
    by = work.changes(plan)
    assert [c.action for c in by[leaver.person]] == [Action.DISABLE]
    said = work.accept(plan, by[leaver.person][0], by[locked.person][0])
    assert said.err.count("is held in this state") == 2
    states = work.desk.accounts()
    assert states[leaver.user_name] is AccountState.GRACE
    assert states[locked.user_name] is AccountState.DISABLED
    assert work.desk.apply(work.desk.plan("directory")) is RunState.DONE
    with work.server.admin() as admin:
        assert not work.is_locked(admin, where[leaver.person])
        work.unlock(admin, where[locked.person])
    plan = work.desk.plan("directory")
    said = work.accept(plan, *work.changes(plan)[locked.person])
    assert "is held" not in said.err
    (account,) = [a for a in work.desk.all_accounts() if a.id == locked.id]
    assert (account.state, account.held) == (AccountState.ACTIVE, "")


@BOTH
def test_names_and_addresses_of_others_are_not_accepted(work: Work) -> None:
    one, other, renamed, third = work.pupils(4)
    with work.desk.place.reader() as reader, work.desk.place.writer() as writer:
        account = reader.get(Account, renamed.id)
        assert account is not None
        writer.edit([Edit(account, account.model_copy(update={"user_name": "ganz.neu"}))], "new")
    assert work.desk.apply(work.desk.plan("directory")) is RunState.DONE
    with work.server.admin() as admin:
        work.change(admin, work.entry(admin, one.user_name), mail=f"x{other.email}")
        work.change(admin, work.entry(admin, third.user_name), **{work.uid: renamed.user_name})
        work.change(admin, work.entry(admin, other.user_name), displayName="Somebody Else")
    with work.desk.place.writer() as writer, writer.transaction() as tx:
        tx.use_names([work.desk.place.hasher(f"x{other.email}")])  # somebody's, long ago
    plan, before = work.desk.plan("directory"), work.desk.all_accounts()
    by = work.changes(plan)
    for person, words in ((one, "given twice"), (third, "given twice"), (other, "displayName")):
        change = next(c for c in by[person.person] if c.drift and c.kind == "person")
        assert_one_message(work.accept(plan, change, code=None), 2, words)
    assert work.desk.all_accounts() == before
    assert work.desk.apply(plan) is RunState.DONE
    assert total(work.desk.plan("directory")) == 0


@BOTH
def test_an_entry_made_again_is_drift(work: Work) -> None:
    (pupil,) = work.pupils(1)
    with work.server.admin() as admin:
        where = work.entry(admin, pupil.user_name)
        admin.delete(where)
        assert admin.result["result"] == 0, admin.result
        classes = ["user"] if work.ad else ["inetOrgPerson"]
        names = {"sn": "Again", "employeeNumber": f"schoolnet:{pupil.person}",
                 work.uid: pupil.user_name}  # fmt: skip
        admin.add(where, classes, names)
        assert admin.result["result"] == 0, admin.result
    plan = work.desk.plan("directory")
    again, *others = work.changes(plan)[pupil.person]
    assert again.drift == ("objectGUID" if work.ad else "entryUUID",)
    assert "Another entry than the one we knew" in str(again.reason)
    assert all(change.drift for change in others)
    assert_one_message(work.accept(plan, again, code=None), 2, "Applying the change takes")
    assert work.desk.apply(plan) is RunState.DONE
    assert total(work.desk.plan("directory")) == 0


def test_nothing_is_called_drift_before_a_run_has_looked(tmp_path: Path, own_slapd: Slapd) -> None:
    """An inventory of before this was kept: its differences are told without the word."""
    work = Work(tmp_path / "place", own_slapd)
    with work.desk.place.writer() as writer, writer.transaction() as tx:
        keep_only(tx, frozenset())
    first, second = work.pupils(2)
    with own_slapd.admin() as admin:
        work.change(admin, work.entry(admin, first.user_name), mail="by.hand@example.com")
    plan = work.desk.plan("directory")
    assert [c.drift for c in work.changes(plan)[first.person]] == [()]
    assert plan.stages[0].drift == {}
    assert work.desk.apply(plan) is RunState.DONE
    with own_slapd.admin() as admin:
        work.change(admin, work.entry(admin, second.user_name), mail="by.hand@example.com")
    plan = work.desk.plan("directory")
    assert [c.drift for c in work.changes(plan)[second.person]] == [("mail",)]


def test_an_erased_person_leaves_nothing_remembered(tmp_path: Path, own_slapd: Slapd) -> None:
    work = Work(tmp_path / "place", own_slapd)
    (pupil,) = work.pupils(1)
    key = f"schoolnet:{pupil.person}"
    with work.desk.place.reader() as reader:
        assert brought(reader, key) is not None
    off = {"state": AccountState.DISABLED}
    with work.desk.place.writer() as writer:
        writer.edit([Edit(pupil, pupil.model_copy(update=off))], "off")
    work.cli("journal", "erase", pupil.person, "--yes", "--reason", "asked for")
    with work.desk.place.reader() as reader:
        assert brought(reader, key) is None


def _domain(base: str) -> str:
    return ".".join(part[3:] for part in base.lower().split(",") if part.startswith("dc="))


def _groups(admin: Connection, base: str) -> list[str]:
    kind = "(|(objectClass=groupOfNames)(objectClass=group))"
    admin.search(base, kind, SUBTREE, attributes=["cn"])
    return [str(e["dn"]) for e in admin.response if e["type"] == "searchResEntry"]


def _groups_of(admin: Connection, base: str, member: str) -> list[str]:
    admin.search(base, f"(member={member})", SUBTREE, attributes=["cn"])
    return [str(e["dn"]) for e in admin.response if e["type"] == "searchResEntry"]


@BOTH
def test_an_account_whose_entry_lost_its_key_is_not_as_it_should_be(work: Work) -> None:
    (pupil,) = work.pupils(1)
    with work.server.admin() as admin:
        work.change(admin, work.entry(admin, pupil.user_name), employeeNumber="4711")
    said = work.cli("verify", "directory", "--json", code=3)
    assert said.json["blocked"] == 1
    assert pupil.user_name in said.err
