"""Joining persons by the real command line: approve a group, decide a question, be refused."""

import json
from pathlib import Path

import pytest

from tests.desk import Desk
from tests.whole.commandline import CommandLine, assert_one_message

SCHOOLS = [
    {"kind": "school", "id": who, "number": number, "name": name, "school_type": kind}
    for who, number, name, kind in (
        ("south", "100001", "GS Süd", "Grundschule"), ("north", "100002", "Gym Nord", "Gymnasium"),
    )
]  # fmt: skip
SOURCES = "".join(
    f'''
[[sources]]
name = "{school["name"]}"
files = "import/{school["number"]}.csv"
format = "csv"
school = "{school["number"]}"
roles = ["student"]
[sources.columns]
record_id = "Nr"
family_name = "Name"
given_name = "Vorname"
birth_date = "Geboren"
school_class = "Klasse"
school_year = "Jahr"
'''
    for school in SCHOOLS
)
HEADER = "Nr,Vorname,Name,Geboren,Klasse,Jahr"


@pytest.fixture
def cli(tmp_path: Path) -> CommandLine:
    """The first year is applied; in the second the secondary school delivers its newcomers."""
    Desk(tmp_path / "place", sources=SOURCES)
    found = CommandLine(tmp_path / "place")
    records = tmp_path / "schools.jsonl"
    records.write_text("\n".join(map(json.dumps, SCHOOLS)), encoding="utf-8")
    found("import", "records", records)
    (found.folder / "import").mkdir()
    deliver(found, "100001", "1,Ida,Huber,2016-03-02,4a,2026/27",
            "2,Ben,Kern,2016-05-03,4a,2026/27", "3,Leon,Müller,2015-11-27,4b,2026/27")  # fmt: skip
    deliver(found, "100002", "9,Zoe,Alt,2014-01-01,6a,2026/27")
    found("import", "roster")
    found.apply(found.plan())
    deliver(
        found,
        "100002",
        "9,Zoe,Alt,2014-01-01,7a,2027/28",
        "51,Ida,Huber,2016-03-02,5c,2027/28",
        "52,Ben,Kern,2016-05-03,5c,2027/28",
        "53,Leonn,Müller,2015-11-27,5c,2027/28",
    )
    found("import", "roster")
    return found


def deliver(cli: CommandLine, number: str, *rows: str) -> None:
    text = "".join(f"{row}\n" for row in (HEADER, *rows))
    (cli.folder / "import" / f"{number}.csv").write_text(text, encoding="utf-8")


def user_names(cli: CommandLine) -> set[str]:
    return {account["user_name"] for account in cli("list", "account", "--json").json}


def test_a_group_is_approved_by_its_name_and_with_a_reason(cli: CommandLine) -> None:
    before = user_names(cli)
    made = cli("plan", "roster", "--json", code=3).json
    (guard,) = made["guards"]
    assert guard == {"name": "moves:100002:5", "changes": 2, "lifted": False, "proposed": True}
    assert made["excluded"] == 2
    said = cli("plan", "roster", code=3)
    (line,) = [one for one in said.err.splitlines() if one.startswith("Proposal moves:100002:5:")]
    plan = next(one for one in said.out.splitlines() if one.startswith("plan "))[5:]
    assert line.endswith(f": schoolnet plans approve {plan} moves:100002:5 --reason TEXT")
    assert "Huber" not in said.err + said.out
    assert_one_message(
        cli("plans", "approve", made["plan"], "moves:100002:5", code=2), 2, "--reason"
    )
    refused = cli("plans", "approve", made["plan"], "moves:1", "--reason", "x", code=2)
    exactly = f"schoolnet plans approve {made['plan']} moves:100002:5 --reason TEXT"
    assert_one_message(refused, 2, "It proposes: moves:100002:5", exactly)
    approved = cli("plans", "approve", made["plan"], "moves:100002:5", "--reason", "seen", "--json")
    assert approved.json["digest"] != made["digest"]
    assert "excluded" not in approved.json
    cli.apply((made["plan"], approved.json["digest"]))
    assert user_names(cli) == before
    nothing = cli("plan", "roster", "--json").json["plan"]
    refused = cli("plans", "approve", nothing, "moves:1", "--reason", "x", code=2)
    assert_one_message(refused, 2, "there is nothing to approve")
    unzeroed = cli("list", "enrolment", "--school", "0100002", code=2)
    assert_one_message(unzeroed, 2, "Gym Nord has 100002: zeros at the front count")
    enrolled = cli("list", "enrolment", "--school", "100002", "--json").json
    assert len(enrolled) == 3, "both came, Zoe moved up"


def test_a_question_is_shown_and_decided_once(cli: CommandLine) -> None:
    (asked,) = cli("links", "--json").json
    new, known = asked["newcomer"]["id"], asked["known"]["id"]
    assert asked["newcomer"]["name"] == "Müller, Leonn"
    assert asked["known"]["schools"] == "GS Süd"
    assert "Müller, Leonn" in cli("links").out
    assert_one_message(cli("links", "join", new, known, code=2), 2, "--reason")
    assert_one_message(cli("links", "join", new, "nobody", "--reason", "x", code=2), 2, "nobody")
    assert_one_message(
        cli("links", "separate", known, "--reason", "x", code=2), 2, "Nothing is open"
    )
    cli("links", "join", new, known, "--reason", "one letter more")
    reversed_later = cli("links", "separate", new, known, "--reason", "asked the school")
    assert "were one person by an earlier decision" in reversed_later.err
    assert cli("links", "--json").json == []
    cli.apply(cli.plan("roster"))
    assert "leonn.mueller" in user_names(cli)
    assert cli("journal", "verify").code == 0
