"""What only Active Directory has, on a real Samba domain controller."""

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest
from ldap3 import MODIFY_REPLACE
from pydantic import SecretStr, ValidationError

from inventory.errors import ReadEndedEarlyError
from inventory.records import Account
from inventory.records.changes import Action, Change, Risk
from inventory.records.people import AccountState, Role
from inventory.records.runs import Outcome
from provisioning.directory.settings import DirectorySettings
from provisioning.lab.samba import Samba
from tests.directory.city import City
from tests.directory.model import AD_SETTINGS
from tests.directory.support import AD_BASE_DN, Desk, can_log_in, values, writer

PEOPLE = f"cn={{}},ou=people,ou=100001,{AD_BASE_DN}"
GROUPS = f"cn={{}},ou=groups,ou=100001,{AD_BASE_DN}"


@pytest.fixture
def desk(own_samba: Samba, tmp_path: Path) -> Desk:
    return Desk(own_samba, tmp_path)


def of_persons(changes: Iterable[Change]) -> list[Change]:
    return [change for change in changes if change.kind == "person"]


def test_accounts_and_groups_are_what_windows_expects(own_samba: Samba, tmp_path: Path) -> None:
    desk = Desk(
        own_samba,
        tmp_path,
        upn="{user_name}@{school_number}.schule.example",
        upn_by_role={"teacher": "{user_name}@lehrer.example"},
        home_directory=r"\\files\{school_number}$\{role}\{user_name}",
        home_drive="H:",
        profile_path=r"\\files\profiles$\{user_name}",
        mail="{user_name}@schule.example",
    )
    city = City()
    school = city.school("100001")
    city.person("anna", school, city.school_class(school, "5/6"))
    city.person("bela", school, role=Role.TEACHER)
    desk.bring(city)
    found = desk.dump()
    anna = found[PEOPLE.format("anna")]
    shown = {name: anna[name] for name in ("uid", "userAccountControl", "homeDirectory")}
    assert shown == {
        "uid": {"anna"},
        "userAccountControl": {"512"},
        "homeDirectory": {r"\\files\100001$\student\anna"},
    }
    assert anna["userPrincipalName"] == {"anna@100001.schule.example"}
    assert (anna["homeDrive"], anna["profilePath"]) == ({"H:"}, {r"\\files\profiles$\anna"})
    assert found[PEOPLE.format("bela")]["userPrincipalName"] == {"bela@lehrer.example"}
    group = found[GROUPS.format("5/6")]
    assert group["groupType"] == {"-2147483646"}
    [name] = group["uid"]
    assert name.startswith("100001-5_6-")
    assert "member" not in found[GROUPS.format("staff")]


def test_without_a_template_the_upn_is_that_of_the_domain(desk: Desk) -> None:
    city = City()
    city.person("anna", city.school("100001"))
    desk.bring(city)
    assert desk.dump()[PEOPLE.format("anna")]["userPrincipalName"] == {"anna@school.example"}


def test_a_lock_is_one_bit_and_the_others_stay(desk: Desk) -> None:
    city = City()
    anna = city.person("anna", city.school("100001"))
    [made] = of_persons(desk.bring(city))
    with desk.server.admin() as admin:  # also: the password never expires
        admin.modify(made.key, {"userAccountControl": [(MODIFY_REPLACE, ["66048"])]})
        assert desk.plan(city) == ([], [])
        city.lock(anna)
        desk.bring(city, "run2")
        assert values(admin, made.key, "userAccountControl") == {"66050"}
        city.change(Account, "a-anna", state=AccountState.ACTIVE)
        desk.bring(city, "run3")
        assert values(admin, made.key, "userAccountControl") == {"66048"}
    assert can_log_in(desk.server, made.key, desk.password(made))


def test_control_bits_that_moved_meanwhile_are_not_written_over(desk: Desk) -> None:
    city = City()
    anna = city.person("anna", city.school("100001"))
    [made] = of_persons(desk.bring(city))
    city.lock(anna)
    changes, _notices = desk.plan(city)
    with desk.server.admin() as admin:
        admin.modify(made.key, {"userAccountControl": [(MODIFY_REPLACE, ["66048"])]})
        [disabled] = of_persons(changes)
        notebook = desk.apply(changes, "run2")
        assert notebook.results[disabled.id].outcome is Outcome.STALE
        assert values(admin, made.key, "userAccountControl") == {"66048"}


def test_another_login_name_is_a_change_of_its_own_with_a_warning(desk: Desk) -> None:
    city = City()
    city.person("anna", city.school("100001"))
    desk.bring(city)
    city.change(Account, "a-anna", user_name="anne")
    renamed, names, login = of_persons(desk.bring(city, "run2"))
    assert (renamed.action, names.after) == (Action.RENAME, {"sAMAccountName": "anne"})
    assert login.after == {"userPrincipalName": "anne@school.example"}
    assert login.risk is Risk.MEDIUM
    assert "anna@school.example now" in str(login.reason)


def test_a_password_that_is_too_simple_is_told_as_that(desk: Desk) -> None:
    city = City()
    city.person("anna", city.school("100001"))
    changes, _notices = desk.plan(city)
    with desk.server.admin() as admin:
        admin.modify(Samba.base, {"minPwdLength": [(MODIFY_REPLACE, ["200"])]})
    [made] = of_persons(changes)
    result = desk.apply(changes).results[made.id]
    assert result.outcome is Outcome.FAILED
    assert "policy refuses the password" in str(result.message)


def test_a_policy_that_asks_for_more_is_told_before_anything_is_sent(desk: Desk) -> None:
    with desk.server.admin() as admin:
        admin.modify(Samba.base, {"minPwdLength": [(MODIFY_REPLACE, ["60"])]})
    city = City()
    city.person("anna", city.school("100001"))
    changes, notices = desk.plan(city)
    assert of_persons(changes) == []
    assert any("asks for 60" in str(notice.message) for notice in notices)


def test_a_user_name_that_somebody_else_has_in_the_domain_is_told(desk: Desk) -> None:
    with desk.server.admin() as admin:
        admin.add(f"CN=Anna,CN=Users,{Samba.base}", "user", {"sAMAccountName": "ANNA"})
    city = City()
    city.person("anna", city.school("100001"))
    changes, _notices = desk.plan(city)
    [made] = of_persons(changes)
    result = desk.apply(changes).results[made.id]
    assert result.outcome is Outcome.FAILED
    assert "has the same name" in str(result.message)


def test_names_that_windows_does_not_take_are_told_before(desk: Desk) -> None:
    city = City()
    school = city.school("100001")
    city.school_class(school, "x" * 65)
    for name in ("a-name-that-is-too-long", "an@na", "anna."):
        city.person(name, school)
    changes, notices = desk.plan(city)
    assert of_persons(changes) == []
    assert len(notices) == 4
    assert sum("user name" in str(notice.message) for notice in notices) == 3


def test_the_root_of_the_domain_refers_elsewhere_and_is_no_base(
    own_samba: Samba, tmp_path: Path
) -> None:
    desk = Desk(own_samba, tmp_path, base=Samba.base)
    with pytest.raises(ReadEndedEarlyError, match="refers to another server"):
        desk.plan(City())


def test_more_accounts_than_a_page_holds(own_samba: Samba, tmp_path: Path) -> None:
    desk = Desk(own_samba, tmp_path, page_size=7)
    city = City()
    school = city.school("100001")
    for number in range(30):
        city.person(f"u{number}", school)
    desk.bring(city)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"upn": "schule.example"}, "UPN template"),
        ({"upn": "{user_name}@{class}.example"}, "UPN template"),
        ({"upn_by_role": {"teacher": "{given}@x"}}, "UPN template"),
        ({"upn_by_role": {"headmaster": "{user_name}@x"}}, "teacher"),
        ({"home_directory": "\\\\files\\{name}"}, "the template may hold"),
        ({"home_directory": "{user_name"}, "the template may hold"),
        ({"home_drive": "H"}, "pattern"),
        ({"attributes": {"samaccountname": "never"}}, "cannot be made without"),
        ({"attributes": {"mail": "sometimes"}}, "forced"),
        ({"placeholder": "cn=nobody"}, "may be empty"),
        ({"kind": "openldap", "upn": "{user_name}@x", "base": "ou=x"}, "only where kind is"),
    ],
)
def test_settings_that_cannot_be_are_told(changed: dict[str, object], told: str) -> None:
    fields = AD_SETTINGS.model_dump(mode="json", exclude_defaults=True)
    with pytest.raises(ValidationError, match=told):
        DirectorySettings.model_validate({**fields, **changed})


def test_a_password_that_must_be_changed_is_right_but_lets_nobody_in(own_samba: Samba) -> None:
    secret, entry = SecretStr("Kuh-Haus-123"), f"CN=anna,{AD_BASE_DN}"
    with closing(writer(own_samba)) as connection:
        [sent] = connection.dialect.first_password(secret, must_change=True)
        attributes = {
            "objectClass": ["user"], "sAMAccountName": ["anna"], "userAccountControl": ["512"],
        }  # fmt: skip
        answer = connection.add(entry, {**attributes, **sent})
        assert answer.good, answer.text
        assert not can_log_in(own_samba, entry, secret.get_secret_value())
        assert connection.accepts(entry, secret)
        assert not connection.accepts(entry, SecretStr("Wrong-Haus-123"))


def test_a_leaver_is_locked_whatever_the_name_is_by_then(desk: Desk) -> None:
    city = City()
    anna = city.person("anna", city.school("100001"))
    [made] = of_persons(desk.bring(city))
    city.change(Account, "a-anna", user_name="a-name-that-is-too-long")
    city.lock(anna)
    desk.bring(city, "run2")
    assert not can_log_in(desk.server, made.key, desk.password(made))
