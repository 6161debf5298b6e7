"""Groups that are over are put away on a real server, and come back with their class."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from inventory.records.runs import Outcome
from tests.directory.city import City
from tests.directory.support import BOTH, Desk, Server, brief


def put_away(desk: Desk) -> list[str]:
    """The names of what stands in the archive."""
    return [place.split(",")[0] for place in desk.dump() if ",ou=archive," in place]


def follow(desk: Desk, city: City, run: str) -> None:
    """Plan and apply what renames members: the server may have done some of it already."""
    changes, notices = desk.plan(city)
    assert notices == []
    assert all(result.outcome.good for result in desk.apply(changes, run).results.values())
    assert desk.plan(city) == ([], [])


@BOTH
def test_a_group_that_is_long_empty_is_put_away_and_comes_back(
    server: Server, tmp_path: Path
) -> None:
    desk, city = Desk(server, tmp_path, layout={"archive_days": 30}), City()
    school = city.school("100001")
    fifth, ninth = city.school_class(school, "5a"), city.school_class(school, "9a")
    city.person("anna", school, fifth)
    cem = city.person("cem", school, ninth)
    desk.bring(city)
    [own_id] = desk.dump()[f"cn=9a,ou=groups,ou=100001,{desk.base}"]["entryUUID"]
    city.lock(cem)
    desk.bring(city, "run2")
    today = datetime.now(UTC).date()  # the server's clock is the real one
    changes, _notices = desk.plan(city, today + timedelta(days=29))
    assert changes == []
    day = today + timedelta(days=32)
    changes, notices = desk.plan(city, day)
    assert notices == []
    assert brief(changes, folded=True)[:2] == [
        f"+ unit ou=archive,ou=100001,{desk.base}",
        f"> group cn=9a,ou=groups,ou=100001,{desk.base}",
    ]
    assert set(desk.apply(changes, "run3").outcomes()) == {Outcome.DONE}
    assert desk.plan(city, day) == ([], [])
    assert put_away(desk) == [f"cn=9a ({day})"]
    city.person("dora", school, ninth)
    changes, _notices = desk.plan(city, day)
    outcomes = desk.apply(changes, "run4").outcomes()
    assert set(outcomes) == {Outcome.DONE}
    assert put_away(desk) == []
    back = desk.dump()[f"cn=9a,ou=groups,ou=100001,{desk.base}"]
    assert back["entryUUID"] == {own_id}
    assert any(member.startswith("cn=dora,") for member in back["member"])
    assert desk.plan(city, day) == ([], [])


@BOTH
@pytest.mark.parametrize(
    "person", ["cn={user_name}", "cn={given_name} {family_name} ({user_name})"]
)
def test_names_of_the_settings_are_taken_and_exchanged(
    server: Server, tmp_path: Path, person: str
) -> None:
    city = City()
    school = city.school("100001", "Schule, Süd")
    city.person("anna", school, city.school_class(school, "5a"))
    Desk(server, tmp_path / "plain").bring(city)
    desk = Desk(server, tmp_path / "named", layout={
        "school": "{school_number} {school_name}", "people": "Personen", "groups": "Gruppen",
        "class_groups": "{school_number}-{class}", "person": person,
        "role_groups": {"student": "Lernende"}, "rollover": "rename",
    })  # fmt: skip
    before = {one for attributes in desk.dump().values() for one in attributes["entryUUID"]}
    follow(desk, city, "run2")
    after = desk.dump()
    assert {one for attributes in after.values() for one in attributes["entryUUID"]} == before
    top = f"ou=100001 schule\\2c süd,{desk.base}"
    name = person.removeprefix("cn=").format(
        user_name="anna", given_name="Anna", family_name="Muster"
    )
    anna = f"cn={name.lower()},ou=personen,{top}"
    assert anna in after
    assert anna in after[f"cn=100001-5a,ou=gruppen,{top}"]["member"]
    assert anna in after[f"cn=lernende,ou=gruppen,{top}"]["member"]
    follow(Desk(server, tmp_path / "again"), city, "run3")
    assert f"cn=anna,ou=people,ou=100001,{desk.base}" in desk.dump()


@pytest.mark.parametrize("server", ["openldap"], indirect=True)
def test_accounts_named_by_uid_are_renamed_with_their_user_name(
    server: Server, tmp_path: Path
) -> None:
    desk, city = Desk(server, tmp_path, layout={"person": "uid={user_name}"}), City()
    school = city.school("100001")
    anna = city.person("anna", school, city.school_class(school, "5a"))
    [made] = [one for one in desk.bring(city) if one.kind == "person"]
    assert desk.locked_out([made]) == []
    city.rename(anna, "anna.neu")
    follow(desk, city, "run2")
    entry = desk.dump()[f"uid=anna.neu,ou=people,ou=100001,{desk.base}"]
    assert (entry["uid"], entry["cn"]) == ({"anna.neu"}, {"Anna Muster"})
