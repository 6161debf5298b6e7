"""Records and changes that our own code makes are the same as those that were checked."""

from datetime import date

from inventory.messages import say
from inventory.records import Account, Enrolment
from inventory.records.base import unchecked, updated
from inventory.records.changes import Action, Change, Risk
from inventory.records.people import AccountState, Role


def test_what_is_made_unchecked_equals_what_was_checked() -> None:
    fields = {
        "id": "c", "target": "roster", "action": Action.CREATE, "kind": "person", "key": "k",
        "reason": say("because"), "operations": ({"op": "add"},), "after": {"name": "Ada"},
    }  # fmt: skip
    checked, made = Change.model_validate(fields), unchecked(Change)(**fields)
    assert made == checked
    assert repr(made) == repr(checked)
    assert made.canonical() == checked.canonical()
    assert made.model_dump_json() == checked.model_dump_json()


def test_what_is_made_unchecked_can_be_changed_like_any_other() -> None:
    make = unchecked(Enrolment)
    first = make(id="e", person="p", school="s", role=Role.STUDENT, school_year="2026/27")
    second = first.model_copy(update={"ends_on": date(2027, 7, 31)})
    assert (first.ends_on, second.ends_on) == (None, date(2027, 7, 31))
    assert first.school_class == second.school_class == ""
    assert second == Enrolment.model_validate(second.model_dump())
    assert make(id="f", person="p", school="s", role=Role.STAFF, school_year="").id == "f"


def test_a_risk_that_is_not_named_is_low() -> None:
    change = unchecked(Change)(
        id="c", target="t", action=Action.UPDATE, kind="k", key="k", reason=say("because")
    )
    assert change.risk is Risk.LOW
    assert change.needs == ()


def test_updating_to_what_is_there_already_gives_the_record_itself() -> None:
    account = Account(id="a", person="p", school="s", user_name="u", state=AccountState.ACTIVE)
    assert updated(account, school="s", left_on=None) is account
    assert updated(account, school="t").school == "t"
