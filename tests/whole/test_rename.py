"""Other names for a person: ordinary ones, and protected ones of which no trace is left."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from inventory.records import Account, Person
from inventory.store.journals import verify_journal
from provisioning.lab.slapd import Slapd
from schoolnet.place import Place
from tests.directory.support import make_read_only
from tests.whole.commandline import CommandLine, Said, assert_one_message
from tests.whole.place import change_lines, desk_of, found_in, founded, pupil_file
from tests.whole.place import pupil_row as row
from tests.whole.test_erasure import handout_count

LIFE = (
    "[[accounts.life]]\ngrace_days = 0\n[accounts]\n"
    'user_name = "{given}.{family}"\nemail = "{given}.{family}@schule.example"\n'
)
WHO = {
    "Interne_ID_Nummer": "99887766", "Nachname": "Unverwechselbar", "Vorname": "Quirina Adelgundis",
    "Status": "2", "Entlassdatum": "",
}  # fmt: skip
OLD = ("unverwechsel", "quirina", "adelgundis")
USER = "quirina.unverwechsel"
NEW = ("--given", "Tilo", "--family", "Sonnental")
PROTECTED = (*NEW, "--protected", "--yes", "--reason", "decision of the registry office")


def entries(slapd: Slapd) -> dict[str, dict[str, Any]]:
    """Everything in the directory, by its own id."""
    with slapd.admin() as admin:
        wanted = ["*", "entryUUID", "memberOf", "pwdAccountLockedTime"]
        admin.search(slapd.base, "(objectClass=*)", attributes=wanted)
        return {
            str(e.entryUUID): {"dn": e.entry_dn, **e.entry_attributes_as_dict}
            for e in admin.entries
        }


def entry(slapd: Slapd, name: str) -> dict[str, Any]:
    (found,) = [e for e in entries(slapd).values() if name in map(str, e.get("uid", ()))]
    return found


def change_entry(slapd: Slapd, dn: str, **added: list[str]) -> None:
    with slapd.admin() as admin:
        changes = {name: [("MODIFY_ADD", values)] for name, values in added.items()}
        admin.modify(dn, changes)
        assert admin.result["result"] == 0, admin.result


@pytest.fixture
def cli(own_slapd: Slapd, tmp_path: Path) -> CommandLine:
    """A pupil whom all that the folder keeps speaks of: two plans, runs and handouts."""
    cli = founded(tmp_path / "place", own_slapd, life=LIFE)
    lines = pupil_file(cli).read_text(encoding="utf-8").splitlines()[1:]
    change_lines(cli, lines, row(cli, **WHO))
    cli("import", "roster")
    cli.apply(cli.plan())
    change_lines(cli, lines, row(cli, **{**WHO, "Klasse": "2b"}))
    cli("import", "roster")
    cli.apply(cli.plan())
    return cli


def deliver_again(cli: CommandLine, **cells: str) -> Said:
    """The school delivers the pupil once more, as it knows them."""
    lines = pupil_file(cli).read_text(encoding="utf-8").splitlines()[1:-1]
    change_lines(cli, lines, row(cli, **{**WHO, "Klasse": "2b", **cells}))
    return cli("import", "roster", pupil_file(cli))


def person(cli: CommandLine, *words: str) -> str:
    found: str
    (found,) = {one["id"] for one in cli("find", *words, "--json").json if one["kind"] == "person"}
    return found


def test_a_protected_name_leaves_no_trace(cli: CommandLine, own_slapd: Slapd) -> None:
    who, before = person(cli, "unverwechselbar"), entry(own_slapd, USER)
    first = cli("runs", "--json").json[-1]["run"]
    printed = handout_count(cli, first)
    assert found_in(cli.folder, *OLD), "before, there is something to find"
    said = cli("rename", USER, *PROTECTED)
    assert said.out == "tilo.sonnental\n"
    assert found_in(cli.folder, *OLD) == {}
    cli("journal", "verify")
    assert person(cli, "sonnental") == who
    assert cli("show", who).code == 0
    assert handout_count(cli, first) == printed - 1

    after = entry(own_slapd, "tilo.sonnental")
    assert str(after["entryUUID"]) == str(before["entryUUID"])
    assert after["dn"].startswith("cn=tilo.sonnental,ou=people,")
    assert sorted(after["memberOf"]) == sorted(before["memberOf"])
    assert after["mail"] == ["tilo.sonnental@schule.example"]
    assert after["userPassword"] == before["userPassword"], "the password stays"
    text = str(entries(own_slapd)).casefold()
    assert [word for word in OLD if word in text] == []

    assert cli("plan", code=0).err == ""
    said = deliver_again(cli)
    assert "1 rows still bear a name that was changed here" in said.err
    assert found_in(cli.folder, *OLD) == {}
    assert cli("plan", code=0).err == ""
    deliver_again(cli, Vorname="Quirina")
    assert found_in(cli.folder, *OLD) == {}
    assert cli("plan", code=0).err == ""
    deliver_again(cli, Vorname="Tilo Ben", Nachname="Sonnental")
    cli.apply(cli.plan())
    assert entry(own_slapd, "tilo.sonnental")["givenName"] == ["Tilo Ben"]
    report = cli.folder / "accounts.csv"
    cli("report", "accounts", "--output", report, "--with-names", "--reason", "list of the school")
    assert "Sonnental" in report.read_text(encoding="utf-8-sig")
    assert found_in(cli.folder, *OLD) == {}


def test_a_server_that_takes_no_writes_is_caught_up_with(
    cli: CommandLine, own_slapd: Slapd
) -> None:
    make_read_only(own_slapd, "TRUE")
    said = cli("rename", USER, *PROTECTED, code=4)
    assert "schoolnet rename tilo.sonnental --protected" in said.err
    assert found_in(cli.folder, *OLD) == {}
    make_read_only(own_slapd, "FALSE")
    waiting = cli("plan", code=0)
    assert "has a new name that the directory does not show yet" in waiting.err
    assert found_in(cli.folder, *OLD) == {}, "a plan must not bring it back"
    assert entry(own_slapd, USER)["sn"] == ["Unverwechselbar"]
    repeat = ("rename", "tilo.sonnental", "--protected", "--reason", "once more")
    cli(*repeat)
    assert entry(own_slapd, "tilo.sonnental")["sn"] == ["Sonnental"]
    assert found_in(cli.folder, *OLD) == {}
    assert cli("plan", code=0).err == ""
    cli(*repeat)
    cli("journal", "verify")


def test_aliases_go_and_what_is_not_ours_is_told(cli: CommandLine, own_slapd: Slapd) -> None:
    with own_slapd.admin() as admin:
        schema = {
            "olcAttributeTypes": "( 1.3.6.1.4.1.4203.666.1.900 NAME 'mailAlternateAddress' "
            "EQUALITY caseIgnoreIA5Match SYNTAX 1.3.6.1.4.1.1466.115.121.1.26 )",
            "olcObjectClasses": "( 1.3.6.1.4.1.4203.666.1.901 NAME 'mailRecipient' "
            "SUP top AUXILIARY MAY mailAlternateAddress )",
        }
        admin.add("cn=alias,cn=schema,cn=config", "olcSchemaConfig", schema)
        assert admin.result["result"] == 0, admin.result
    where = entry(own_slapd, USER)["dn"]
    change_entry(
        own_slapd, where, objectClass=["mailRecipient"], mail=[f"{USER}@alt.example"],
        mailAlternateAddress=[f"{USER}@fest.example", "schulsprecher@fest.example"],
        description=[f"home of {USER}"],
    )  # fmt: skip
    said = cli("rename", USER, *PROTECTED)
    assert "still holds the former user name in description" in said.err
    after = entry(own_slapd, "tilo.sonnental")
    assert after["mail"] == ["tilo.sonnental@schule.example"]
    assert after["mailAlternateAddress"] == ["schulsprecher@fest.example"]
    assert found_in(cli.folder, *OLD) == {}


def test_a_disabled_account_is_renamed_and_stays_locked(cli: CommandLine, own_slapd: Slapd) -> None:
    deliver_again(cli, Status="8")
    cli.apply(cli.plan())
    cli("rename", USER, *PROTECTED)
    after = entry(own_slapd, "tilo.sonnental")
    assert str(after["pwdAccountLockedTime"]).find("000001010000") >= 0
    assert found_in(cli.folder, *OLD) == {}
    assert cli("plan", code=0).err == ""
    cli("journal", "erase", person(cli, "sonnental"), "--yes", "--reason", "asked for")
    cli("journal", "verify")
    assert found_in(cli.folder, "sonnental", "99887766") == {}


def test_a_reason_or_hold_with_the_former_name_is_refused(cli: CommandLine) -> None:
    said = cli("rename", USER, *PROTECTED[:-1], "Quirina is now Tilo", code=None)
    assert_one_message(said, 2, "holds the former name")
    said = cli("rename", USER, *NEW, "--protected", "--yes", code=None)
    assert_one_message(said, 2, "--reason")
    said = cli("rename", "nobody.here", *PROTECTED, code=None)
    assert_one_message(said, 2, "nobody.here")
    cli("accounts", "hold", USER, "--reason", "Quirina writes an examination")
    assert_one_message(cli("rename", USER, *PROTECTED, code=None), 2, "of a hold")
    assert person(cli, "unverwechselbar")


def test_twice_renamed_the_journal_still_shows_what_is_removed_by_hand(cli: CommandLine) -> None:
    cli("rename", USER, *PROTECTED)
    who = person(cli, "sonnental")
    cli("rename", "tilo.sonnental", "--given", "Levin", "--protected", "--yes", "--reason", "again")
    assert found_in(cli.folder, *OLD, "tilo") == {}
    cli("journal", "verify")
    place = Place(cli.folder)
    with sqlite3.connect(place.store) as connection:
        seq = connection.execute(
            "SELECT max(j.seq) FROM journal j JOIN payload p ON p.seq = j.seq WHERE record = ?",
            (who,),
        ).fetchone()[0]
        connection.execute("DELETE FROM payload WHERE seq = ?", (seq,))
    connection.close()
    with place.reader() as reader:
        wrong = [str(message) for message in verify_journal(reader)]
    assert f"Journal: the content of entry {seq} was removed." in wrong


def test_an_ordinary_name_keeps_the_user_name_and_the_past(
    cli: CommandLine, own_slapd: Slapd
) -> None:
    who = person(cli, "unverwechselbar")
    cli("rename", USER, "--family", "Sonnental", "--reason", "married")
    said = deliver_again(cli)
    assert "1 rows still bear a name" in said.err
    cli.apply(cli.plan())
    after = entry(own_slapd, USER)
    assert after["sn"] == ["Sonnental"]
    assert after["mail"] == ["quirina.unverwechselbar@schule.example"]
    assert cli("plan", code=0).err == ""
    past = cli("journal", "--limit", "9999", "--json").json
    names = [e["payload"]["after"]["family_name"] for e in past
             if (e["kind"], e["record"]) == ("person", who)]  # fmt: skip
    assert names == ["Unverwechselbar", "Sonnental"], "the history says how it was"
    deliver_again(cli, Nachname="Sonnental-Unverwechselbar")
    cli.apply(cli.plan())
    assert entry(own_slapd, USER)["sn"] == ["Sonnental-Unverwechselbar"], "another name is news"
    same = cli("rename", USER, "--given", "Quirina Adelgundis", "--reason", "x", code=None)
    assert_one_message(same, 2, "already")
    cli("journal", "verify")


def test_without_a_directory(tmp_path: Path) -> None:
    cli = founded(tmp_path / "place", life=f'{LIFE}[guards]\nprotected_accounts = ["{USER}"]\n')
    change_lines(cli, None, row(cli, **WHO))
    desk = desk_of(cli)
    cli("import", "roster")
    cli.apply(cli.plan("roster"))
    said = cli("rename", USER, *PROTECTED)
    assert "guards.protected_accounts in schoolnet.toml still names" in said.err
    assert [file.name for file in found_in(cli.folder, *OLD)] == ["schoolnet.toml"]
    with desk.place.reader() as reader:
        account = next(a for a in reader.records(Account) if a.user_name == "tilo.sonnental")
        renamed = reader.get(Person, account.person)
    assert not account.renaming
    assert renamed
    assert (renamed.given_name, renamed.family_name) == ("Tilo", "Sonnental")
