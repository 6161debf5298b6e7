"""Whatever the layout is, and however it changes: the plan leads there, and nothing is lost."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from inventory.records import Account, Enrolment, SchoolClass
from inventory.records.people import AccountState
from provisioning.directory.dialects import dialect_of
from provisioning.directory.settings import DirectorySettings
from tests.directory.city import City
from tests.directory.model import AD_SETTINGS, SETTINGS, Model
from tests.directory.test_compare import KINDS, changes_of, check_members, cities, uuids

ROLLOVERS = st.sampled_from(["members", "rename", "per_year"])
PERSONS = ["cn={user_name}", "cn={given_name} {family_name} ({user_name})", "uid={user_name}"]


@st.composite
def layouts(draw: st.DrawFn, kind: DirectorySettings) -> DirectorySettings:
    """Settings of a kind with another layout."""
    by_uid = kind.kind == "openldap"
    fields = {
        "school": draw(st.sampled_from(["{school_number}", "{school_number} {school_name}"])),
        "people": draw(st.sampled_from(["people", "groups."])),
        "groups": draw(st.sampled_from(["groups", "archive."])),
        "person": draw(st.sampled_from(PERSONS if by_uid else PERSONS[:2])),
        "class_groups": draw(st.sampled_from(["{class}", "{school_number}-{class}"])),
        "rollover": draw(ROLLOVERS),
        "rollover_by_school": {"100001": draw(ROLLOVERS)},
        "archive_days": draw(st.sampled_from([0, 1, 30])),
    }
    known = kind.model_dump(exclude_defaults=True)
    return DirectorySettings.model_validate({**known, "layout": fields})


def put_into_years(city: City, first: int) -> None:
    """Classes get their year groups, enrolments their school year."""
    year = f"{first}/{(first + 1) % 100:02d}"
    for one in list(city.records(SchoolClass)):
        grade = int(one.name[0]) if one.name[:1].isdigit() else None
        city.put(one.model_copy(update={"grade": grade}))
    for enrolment in list(city.records(Enrolment)):
        city.put(enrolment.model_copy(update={"school_year": year}))


@KINDS
@given(data=st.data(), years=st.lists(cities(), min_size=2, max_size=4))
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_layout_is_reached_and_no_entry_is_lost(
    kind: DirectorySettings, data: st.DataObject, years: list[City]
) -> None:
    model = Model(kind)
    for number, city in enumerate(years):
        put_into_years(city, 2025 + number)
        model.settings = data.draw(layouts(kind))
        model.dialect = dialect_of(model.settings)
        persons, entries = uuids(model), set(uuids(model).values())
        model.apply(changes_of(model, city))
        assert changes_of(model, city) == []
        after = uuids(model)
        deleted = {SETTINGS.key(a.person) for a in city.records(Account)
                   if a.state is AccountState.DELETED}  # fmt: skip
        gone = {persons[key] for key in deleted if key in persons}
        assert entries - gone <= set(after.values()), "an entry of ours was lost"
        for key in persons.keys() - deleted:
            if key.removeprefix("schoolnet:").startswith("p"):
                assert after[key] == persons[key], "an account was made anew"
        check_members(model, city)


@pytest.mark.parametrize(
    ("kind", "layout", "part"),
    [
        (SETTINGS, {"school": "{school_name}"}, "{school_number}"),
        (SETTINGS, {"class_groups": "class"}, "{class}"),
        (SETTINGS, {"class_groups": "{class!r}"}, "{class}"),
        (SETTINGS, {"person": "cn={given_name} {family_name}"}, "keeps namesakes apart"),
        (SETTINGS, {"person": "sn={user_name}"}, "cn= or uid="),
        (SETTINGS, {"people": "Groups"}, "a name of its own"),
        (SETTINGS, {"leavers": "Teachers"}, "a name of its own"),
        (SETTINGS, {"group_account": "{group}"}, "active_directory"),
        (SETTINGS, {"rollover": "never"}, "members"),
        (AD_SETTINGS, {"group_account": ""}, "needs one"),
        (AD_SETTINGS, {"person": "uid={user_name}"}, "named by cn="),
    ],
)
def test_what_cannot_work_is_refused(
    kind: DirectorySettings, layout: dict[str, object], part: str
) -> None:
    known = kind.model_dump(exclude_defaults=True)
    with pytest.raises(ValidationError, match=re.escape(part)):
        DirectorySettings.model_validate({**known, "layout": layout})


def test_the_preset_of_openldap_is_what_was_there_before_layouts() -> None:
    shown = {
        kind.kind: kind.layout.model_dump(exclude_defaults=True) for kind in (SETTINGS, AD_SETTINGS)
    }
    assert shown == {
        "openldap": {},
        "active_directory": {"group_account": "{school_number}-{group}"},
    }
