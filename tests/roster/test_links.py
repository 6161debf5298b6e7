"""One person in two schools' databases: proposed by year group, decided once, never silently."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from inventory.errors import GuardError, UsageError
from inventory.records import Account, Enrolment, Link, Person, School, SourceKey
from inventory.records.base import Edit
from inventory.records.changes import Plan
from inventory.records.people import AccountState
from inventory.records.runs import RunState
from inventory.rosters.settings import SourceSettings
from inventory.store.deliveries import delivery_rows, newest_deliveries
from inventory.store.erasure import erase_person
from inventory.store.plans import get_selection
from provisioning.engine.starting import approve, include
from schoolnet.linking import decide, questions
from schoolnet.sources.plan import StoredPlan
from tests.desk import NO_GRACE, Desk, total
from tui.presenters.changes import concern_detail
from tui.texts import load_texts

PRIMARY = School.model_validate(
    {"id": "south", "number": "100001", "name": "GS Süd", "school_type": "Grundschule"}
)
SECONDARY = School.model_validate(
    {"id": "north", "number": "100002", "name": "Gym Nord", "school_type": "Gymnasium"}
)
Pupil = tuple[int, str, str, str, str]
"""Number, given name, family name, birth date, class."""
FOURTH: list[Pupil] = [
    (1, "Ida", "Huber", "2016-03-02", "4a"),
    (2, "Ben", "Kern", "2016-05-03", "4a"),
    (3, "Leon", "Müller", "2015-11-27", "4b"),
]
FIFTH: list[Pupil] = [(n + 500, given, family, born, "5c") for n, given, family, born, _ in FOURTH]
YEAR_1, YEAR_2 = date(2026, 8, 20), date(2027, 8, 20)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Year 1 is applied: three fourth-graders at the primary school, one pupil elsewhere."""
    found = Desk(tmp_path / "place")
    found.clock.turn_to(YEAR_1)
    found.add(PRIMARY, SECONDARY)
    deliver(found, PRIMARY, FOURTH)
    deliver(found, SECONDARY, [(9, "Zoe", "Alt", "2014-01-01", "6a")])
    assert found.apply(found.plan()) is RunState.DONE
    yield found
    found.check_journal()


def deliver(desk: Desk, school: School, pupils: list[Pupil]) -> None:
    source = SourceSettings.model_validate({
        "name": school.name, "files": "*", "format": "csv", "school": school.number,
        "roles": ["student"],
        "columns": {"record_id": "Nr", "family_name": "Name", "given_name": "Vorname",
                    "birth_date": "Geboren", "school_class": "Klasse"},
    })  # fmt: skip
    lines = ["Nr,Vorname,Name,Geboren,Klasse", *(",".join(map(str, one)) for one in pupils)]
    path = desk.place.folder / "pupils.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    desk.take_in(source, path)
    path.unlink()


def approved(desk: Desk, plan: Plan, name: str) -> None:
    with desk.place.reader() as reader, desk.place.writer() as writer:
        approve(reader, writer, plan, name, "looked through")


def excluded(desk: Desk, plan: Plan) -> int:
    with desk.place.reader() as reader:
        return len(get_selection(reader, plan.id).excluded)


def at(desk: Desk, school: School) -> dict[str, AccountState]:
    return {a.user_name: a.state for a in desk.all(Account) if a.school == school.id}  # type: ignore[attr-defined]


SIXTH = (9, "Zoe", "Alt", "2014-01-01", "7a")


@pytest.mark.parametrize("order", ["old school first", "new school first"])
def test_a_year_group_moves_as_one_group_to_approve(desk: Desk, order: str) -> None:
    before = desk.accounts()
    desk.clock.turn_to(YEAR_2)
    if order == "old school first":
        deliver(desk, PRIMARY, [(4, "Neu", "Klein", "2020-05-05", "1a")])
        desk.apply(desk.plan())
        assert desk.accounts().keys() >= before.keys(), "the leavers' accounts are still there"
    deliver(desk, SECONDARY, [*FIFTH, SIXTH])
    plan = desk.plan()
    (group,) = plan.holds
    assert (group.name, len(group.changes), group.proposed) == ("moves:100002:5", 3, True)
    assert excluded(desk, plan) == 3
    assert "Huber" not in str(group.message)
    approved(desk, plan, group.name)
    assert excluded(desk, plan) == 0
    assert desk.apply(plan) is RunState.DONE
    assert total(desk.plan()) == 0, "decided once, never asked again"
    if order == "new school first":
        assert at(desk, PRIMARY).keys() == {"ida.huber", "ben.kern", "leon.mueller"}
        deliver(desk, PRIMARY, [(4, "Neu", "Klein", "2020-05-05", "1a")])
        plan = desk.plan()
        assert plan.holds == ()
        assert desk.apply(plan) is RunState.DONE
    assert at(desk, SECONDARY) == dict.fromkeys(
        ("ida.huber", "ben.kern", "leon.mueller", "zoe.alt"), AccountState.ACTIVE
    )
    assert at(desk, PRIMARY) == {"neu.klein": AccountState.ACTIVE}
    assert total(desk.plan()) == 0
    assert desk.accounts().keys() == {*before, "neu.klein"}, "nobody got a second account"


def test_without_approval_everything_else_goes_on(desk: Desk) -> None:
    desk.clock.turn_to(YEAR_2)
    deliver(desk, SECONDARY, [*FIFTH, SIXTH, (10, "Ganz", "Neu", "2017-01-01", "5c")])
    plan = desk.plan()
    assert desk.apply(plan) is RunState.DONE
    assert at(desk, SECONDARY).keys() == {"zoe.alt", "ganz.neu"}
    again = desk.plan()
    assert [hold.name for hold in again.holds] == ["moves:100002:5"]
    assert excluded(desk, again) == total(again) == 3


def test_including_without_approving_is_refused(desk: Desk) -> None:
    desk.clock.turn_to(YEAR_2)
    deliver(desk, SECONDARY, [*FIFTH, SIXTH])
    plan = desk.plan()
    with desk.place.reader() as reader, desk.place.writer() as writer:
        include(reader, writer, plan, plan.holds[0].changes)
    with pytest.raises(GuardError, match="moves:100002:5"):
        desk.apply(plan)
    with (
        desk.place.reader() as reader,
        desk.place.writer() as writer,
        pytest.raises(UsageError, match="moves:100002:5"),
    ):
        approve(reader, writer, plan, "moves:9", "no such group")


def link(desk: Desk, newcomer: str, known: str, *, same: bool) -> None:
    with desk.place.writer() as writer:
        writer.edit([Edit(None, Link(person=known, other=newcomer, same=same))])


def people(desk: Desk, family: str) -> list[str]:
    return [p.id for p in desk.all(Person) if p.family_name == family]  # type: ignore[attr-defined]


@pytest.mark.parametrize("same", [True, False])
def test_an_unclear_one_waits_until_it_is_decided(desk: Desk, same: bool) -> None:
    desk.clock.turn_to(YEAR_2)
    deliver(desk, PRIMARY, [(2, "Ben", "Kern", "2016-05-03", "4a")])
    deliver(desk, SECONDARY, [SIXTH, (501, "Idda", "Huber", "2016-03-02", "5c")])
    plan = desk.plan()
    (notice,) = plan.notices
    assert "Huber, Idda" in str(notice.message)
    assert notice.record
    desk.apply(plan)
    assert "idda.huber" not in desk.accounts()
    (known,) = people(desk, "Huber")
    link(desk, notice.record, known, same=same)
    plan = desk.plan()
    assert plan.notices == ()
    assert desk.apply(plan) is RunState.DONE
    assert total(desk.plan()) == 0
    if same:
        assert at(desk, SECONDARY)["ida.huber"] is AccountState.ACTIVE
        assert len(people(desk, "Huber")) == 1
        deliver(desk, SECONDARY, [SIXTH, (501, "Ida", "Huber", "2016-03-02", "5c")])
        assert desk.apply(desk.plan()) is RunState.DONE
        assert len(people(desk, "Huber")) == 1, "the next delivery knows the key"
    else:
        assert at(desk, SECONDARY)["idda.huber"] is AccountState.ACTIVE


@pytest.mark.parametrize("same", [True, False])
@pytest.mark.parametrize("first", [PRIMARY, SECONDARY])
def test_two_newcomers_are_decided_before_one_of_them_is_taken_in(
    tmp_path: Path, same: bool, first: School
) -> None:
    """Whom the earlier delivery names is the one to keep the account."""
    desk = Desk(tmp_path / "own")
    desk.add(PRIMARY, SECONDARY)
    second = SECONDARY if first is PRIMARY else PRIMARY
    deliver(desk, first, [(1, "Ida", "Wieczorek", "2016-03-02", "4a")])
    deliver(desk, second, [(2, "Ida", "Wiezcorek", "2016-03-02", "5a")])
    (question,) = questions(desk.place)
    assert (question.known.schools, question.newcomer.schools) == (first.name, second.name)
    decide(desk.place, question.newcomer.id, [question.known.id], "asked both", same=same)
    assert [*questions(desk.place)] == []
    desk.apply(desk.plan())
    assert len(desk.accounts()) == (1 if same else 2)
    assert total(desk.plan()) == 0
    if same:
        assert {p.id for p in desk.all(Person)} == {question.known.id}
        assert {e.school for e in desk.all(Enrolment)} == {"south", "north"}  # type: ignore[attr-defined]


def test_another_number_at_the_same_school_is_no_arrival(desk: Desk) -> None:
    deliver(desk, PRIMARY, [(11, *FOURTH[0][1:]), *FOURTH[1:]])
    (change,) = desk.changes(desk.plan())
    assert (
        str(change.reason)
        == "Same name and birth date as somebody of this school: keeps the account"
    )


def test_who_is_proposed_leaves_the_old_class_although_another_is_asked_about(desk: Desk) -> None:
    new = [(11, "Ida", "Huber", "2016-03-02", "4c"), (12, "Ida", "Hubber", "2016-03-02", "4c")]
    deliver(desk, PRIMARY, [*FOURTH[1:], *new])
    plan = desk.plan()
    assert len(plan.notices) == 1
    approved(desk, plan, "moves:100001:4")
    assert desk.apply(plan) is RunState.DONE
    (known,) = people(desk, "Huber")
    places = [e for e in desk.all(Enrolment) if e.person == known]  # type: ignore[attr-defined]
    assert len(places) == 1


def test_a_decision_outlives_a_file_without_the_newcomer(desk: Desk) -> None:
    desk.clock.turn_to(YEAR_2)
    right = [SIXTH, (501, "Idda", "Huber", "2016-03-02", "5c")]
    deliver(desk, SECONDARY, right)
    (notice,) = desk.plan().notices
    (known,) = people(desk, "Huber")
    link(desk, notice.record, known, same=True)
    deliver(desk, SECONDARY, [SIXTH])
    deliver(desk, SECONDARY, right)
    plan = desk.plan()
    assert plan.notices == ()
    desk.apply(plan)
    assert "idda.huber" not in desk.accounts()
    assert {e.school for e in desk.all(Enrolment) if e.person == known} == {"south", "north"}  # type: ignore[attr-defined]


@pytest.mark.parametrize("same", [True, False])
def test_who_may_be_another_of_the_same_school_stays_until_it_is_decided(
    tmp_path: Path, same: bool
) -> None:
    """A new number and a slip in the name at once: the one who is asked about is not locked out."""
    desk = Desk(tmp_path / "own", NO_GRACE)
    desk.add(PRIMARY)
    deliver(desk, PRIMARY, FOURTH)
    desk.apply(desk.plan())
    deliver(desk, PRIMARY, [(11, "Ida", "Hubber", "2016-03-02", "4a"), FOURTH[1]])
    plan = desk.plan()
    assert [change.key for change in desk.changes(plan)] == ["Müller, Leon (100001)"], "really left"
    (notice,) = plan.notices
    desk.apply(plan)
    assert desk.accounts()["ida.huber"] is AccountState.ACTIVE
    (known,) = people(desk, "Huber")
    link(desk, notice.record, known, same=same)
    desk.apply(desk.plan())
    assert (desk.accounts()["ida.huber"] is AccountState.ACTIVE) is same
    assert ("ida.hubber" in desk.accounts()) is not same
    assert total(desk.plan()) == 0


def test_misspelt_at_a_second_school_in_the_same_year_is_asked(desk: Desk) -> None:
    twin = (502, "Bea", "Kern", "2016-05-03", "5c")
    deliver(desk, SECONDARY, [(9, "Zoe", "Alt", "2014-01-01", "6a"), twin,
                              (501, "Ida", "Hubre", "2016-03-02", "5c")])  # fmt: skip
    plan = desk.plan()
    assert ["Hubre, Ida" in str(notice.message) for notice in plan.notices] == [True]
    assert desk.apply(plan) is RunState.DONE
    assert at(desk, SECONDARY).keys() == {"zoe.alt", "bea.kern"}


def test_without_birth_dates_the_age_group_tells(desk: Desk) -> None:
    """A namesake of another age is somebody else, a misspelt fourth-grader may be somebody."""
    there = [(11, "Ben", "Alt", "", "1a"), (12, "Ida", "Wieczorek", "", "4a")]
    deliver(desk, PRIMARY, [*FOURTH, *there])
    assert desk.apply(desk.plan()) is RunState.DONE
    desk.clock.turn_to(YEAR_2)
    new = [(601, "Ben", "Alt", "2016-05-05", "5c"), (602, "Ida", "Wiezcorek", "2016-06-06", "5c")]
    deliver(desk, SECONDARY, [SIXTH, *new])
    plan = desk.plan()
    assert ["Wiezcorek, Ida" in str(notice.message) for notice in plan.notices] == [True]
    assert desk.apply(plan) is RunState.DONE
    assert at(desk, SECONDARY).keys() == {"zoe.alt", "ben.alt2"}


def test_two_accounts_of_one_person_become_one(desk: Desk) -> None:
    """Somebody has two accounts from before; the decision keeps the older one."""
    deliver(desk, SECONDARY, [SIXTH, (501, "Idda", "Hubert", "2016-03-12", "5c")])
    desk.apply(desk.plan())
    assert {"ida.huber", "idda.hubert"} <= desk.accounts().keys()
    (known,), (second,) = people(desk, "Huber"), people(desk, "Hubert")
    link(desk, second, known, same=True)
    plan = desk.plan()
    assert plan.holds == ()
    assert desk.apply(plan) is RunState.DONE
    assert total(desk.plan()) == 0
    keys = {key.school: key.person for key in desk.all(SourceKey) if key.person == known}  # type: ignore[attr-defined]
    assert keys.keys() == {"south", "north"}
    places = {e.school: e.person for e in desk.all(Enrolment) if e.person in {known, second}}  # type: ignore[attr-defined]
    assert places == {"south": known, "north": known}
    assert desk.accounts()["ida.huber"] is AccountState.ACTIVE
    assert desk.accounts()["idda.hubert"] is not AccountState.ACTIVE


def test_erasing_a_joined_person_erases_what_was_delivered_under_the_other_id(desk: Desk) -> None:
    desk.clock.turn_to(YEAR_2)
    deliver(desk, SECONDARY, [SIXTH, *FIFTH])
    plan = desk.plan()
    approved(desk, plan, "moves:100002:5")
    desk.apply(plan)
    deliver(desk, PRIMARY, [(4, "Neu", "Klein", "2020-05-05", "1a")])
    (known,) = people(desk, "Huber")
    desk.apply(desk.plan())
    with desk.place.writer() as writer:
        for account in desk.all(Account):
            if account.person == known:  # type: ignore[attr-defined]
                off = account.model_copy(update={"state": AccountState.DISABLED})
                writer.edit([Edit(account, off)])
    with desk.place.reader() as reader, desk.place.writer() as writer:
        erase_person(writer, reader, known, "asked for it")
    content = b"".join(f.read_bytes() for f in desk.place.folder.glob("inventory.sqlite*"))
    assert b"Huber" not in content
    assert b"M\xc3\xbcller" in content


def test_the_plan_screen_shows_what_is_only_proposed(desk: Desk) -> None:
    desk.clock.turn_to(YEAR_2)
    deliver(desk, SECONDARY, [*FIFTH, SIXTH])
    plan = desk.plan()
    shown = StoredPlan(desk.place, plan.id)
    (concern,) = [one for one in shown.concerns() if one.proposal]
    detail = concern_detail(concern, plan.id, shown.digest(), load_texts("de"))
    assert f"schoolnet plans approve {plan.id} moves:100002:5 --reason …" in detail.lines
    assert [one.guard for one in shown.concerns() if one.guard] == []
    (move, *_others) = [m for m in shown.moves("moves:100002:5") if m.user_name == "ida.huber"]
    assert (move.name, move.now.classes, move.after.classes) == ("Huber, Ida", "4a", "5c")
    assert move.now.school != move.after.school
    assert shown.approve("moves:100002:5", "seen") == len(shown.moves("moves:100002:5"))
    assert [one for one in StoredPlan(desk.place, plan.id).concerns() if one.proposal] == []


def joined_by_hand(desk: Desk, pupils: list[Pupil]) -> None:
    """The secondary school delivers, and its first pupil is the primary school's first."""
    ida = next(p for p in desk.all(Person) if isinstance(p, Person) and p.given_name == "Ida")
    deliver(desk, SECONDARY, pupils)
    with desk.place.reader() as reader:
        rows = delivery_rows(reader, newest_deliveries(reader, SECONDARY.id)[0].id)
        other = next(person for _line, person, body in rows if body["given_name"] == "Ida")
    desk.add(Link(person=ida.id, other=other, same=True))


def test_a_person_of_another_school_brings_the_class_there(desk: Desk) -> None:
    """Else the person's change waits for ever for the class that was left out."""
    joined_by_hand(desk, [(50, "Ida", "Huber", "2016-03-02", "5x"), SIXTH])
    plan = desk.plan(schools=frozenset({PRIMARY.id}))
    assert [(c.kind, c.key) for c in desk.changes(plan)] == [
        ("class", "5x (100002)"), ("person", "Huber, Ida (100001)"),
    ]  # fmt: skip
    assert desk.apply(plan) is RunState.DONE
    assert total(desk.plan(schools=frozenset({PRIMARY.id}))) == 0


def test_the_home_school_spells_the_name(desk: Desk) -> None:
    """Whichever school delivers last: else the name would change with every import."""
    zoe = (9, "Zoe", "Alt", "2014-01-01", "6a")
    joined_by_hand(desk, [(50, "Ida", "Hubér", "2016-03-02", "5x"), zoe])
    assert "Hubér" not in str([change.after for change in desk.changes(desk.plan())])
    desk.apply(desk.plan())
    new = (70, "Neu", "Kind", "2016-01-01", "4a")
    ida = (50, "Ida", "Hubér", "2016-03-02", "5x")
    for school, pupils in (
        (PRIMARY, [*FOURTH, new]), (SECONDARY, [ida, zoe]), (PRIMARY, [*FOURTH, new]),
    ):  # fmt: skip
        deliver(desk, school, pupils)
        plan = desk.plan()
        assert not [c.key for c in desk.changes(plan) if "Ida" in c.key]
        desk.apply(plan)
    assert "Huber" in {p.family_name for p in desk.all(Person) if isinstance(p, Person)}
