"""What the plan screen does with drift that is really there."""

import pytest

from inventory.errors import StaleError
from inventory.records import Account, School
from inventory.records.changes import Change
from inventory.store.journals import entries
from schoolnet.sources.plan import StoredPlan
from tests.desk import Desk


def assert_accepted_on_screen(desk: Desk, mailed: Account, change: Change) -> None:
    """The plan screen asks the same functions."""
    plan = desk.plan("directory")
    source = StoredPlan(desk.place, plan.id)
    assert [concern.change for concern in source.concerns() if concern.drift] == [change.id]
    assert source.drifted(branch="directory") == source.drifted(change_id=change.id) == [change]
    assert source.stale() is None
    told = source.accept([change.id], "agreed on the telephone")
    assert [str(message) for message in told] == [
        f"Accepted for {mailed.user_name}. Make a new plan."
    ]
    with desk.place.reader() as reader:
        account = reader.get(Account, mailed.id)
        assert account is not None
        assert account.email == "other@example.com"
        (newest, *_older) = list(entries(reader, record=mailed.id))[::-1]
        assert newest.body is not None
        assert newest.body["reason"] == "agreed on the telephone"
    (school,) = {school.name for school in desk.all(School)}  # type: ignore[attr-defined]
    assert f"Stale at {school}: the inventory moved there." in str(source.stale())
    with pytest.raises(StaleError):
        source.accept([change.id], "again")
