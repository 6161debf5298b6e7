"""Names of entries: whatever a school calls a class, it is one DN and comes back as it was."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from provisioning.directory import dn
from provisioning.directory.settings import DirectorySettings

text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(text)
@example("#5 ")
@example(" ")
@example("  ")
@example("a\\ ")
@example('a,b=c+d;<e>"f"\0')
def test_any_value_comes_back_out_of_its_dn(value: str) -> None:
    name = dn.child("cn", value, "ou=groups,dc=example")
    assert dn.named_by(name) == ("cn", value)
    assert dn.parent(name) == "ou=groups,dc=example"
    assert dn.split(name) == [dn.first(name), "ou=groups", "dc=example"]


@given(text)
def test_a_normal_form_is_its_own_normal_form(value: str) -> None:
    normal = dn.normalise(dn.child("cn", value, "ou=x"))
    assert dn.normalise(normal) == normal
    assert dn.lies_below(normal, "ou=x")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CN=Anna,OU=People,DC=Example", "cn=anna,ou=people,dc=example"),
        ("cn=5a\\2C b,ou=x", "cn=5a\\, B , ou=x"),
        ("cn=5\\C3\\A4,ou=x", "cn=5Ä,ou=x"),
        ("cn=  a   b ,ou=x", "cn=a b,ou=x"),
        ("cn=a+sn=b,ou=x", "SN=B+CN=A,ou=x"),
        ("cn=\u00e9,ou=x", "cn=e\u0301,ou=x"),
        ("cn=\\205a,ou=x", "cn=5a\\20,ou=x"),
        ("cn=ΑΣ,ou=x", "cn=ασ,ou=x"),
    ],
)
def test_spellings_of_one_dn_are_equal(one: str, other: str) -> None:
    assert dn.normalise(one) == dn.normalise(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("cn=a\\,ou=x", "cn=a,ou=x"),
        ("cn=strasse,ou=x", "cn=straße,ou=x"),
        ("cn=a\\+sn=b,ou=x", "cn=a+sn=b,ou=x"),
        ("cn=5\\\\2C,ou=x", "cn=5\\2C,ou=x"),
    ],
)
def test_different_entries_are_not(one: str, other: str) -> None:
    assert dn.normalise(one) != dn.normalise(other)


def test_below_is_below_and_not_merely_a_similar_ending() -> None:
    base = dn.normalise("ou=x,dc=example")
    assert dn.lies_below(dn.normalise("cn=a, OU=X ,dc=example"), base)
    assert not dn.lies_below(dn.normalise("cn=a\\,ou=x,dc=example"), base)
    assert not dn.lies_below(dn.normalise("ou=yx,dc=example"), base)


@given(text, text)
def test_what_lies_below_moves_with_it(one: str, other: str) -> None:
    top = dn.child("ou", one, "dc=example")
    below = dn.child("cn", other, top)
    assert dn.replace_ending(below, top, "ou=new,dc=example") == dn.child(
        "cn", other, "ou=new,dc=example"
    )
    assert dn.replace_ending("cn=a,dc=example", top, "ou=new") == "cn=a,dc=example"


def test_a_text_that_is_no_dn_is_refused() -> None:
    for wrong in ("Anna", "cn=a,b", "=a,ou=x", "ou=x,"):
        with pytest.raises(ValueError, match="not a distinguished name"):
            dn.normalise(wrong)
    with pytest.raises(ValueError, match="cannot name"):
        dn.child("cn", "", "ou=x")


WHOLE = {
    "url": "ldaps://ldap.example.org", "ca_file": "ca.pem", "bind_dn": "cn=sync,dc=example",
    "password": "file:sync.secret", "base": "ou=schools,dc=example",
}  # fmt: skip


def test_settings_have_careful_defaults() -> None:
    settings = DirectorySettings.model_validate(WHOLE)
    assert (settings.host, settings.port) == ("ldap.example.org", 636)
    assert settings.placeholder_member == "cn=nobody,ou=schools,dc=example"
    assert settings.record_of(settings.key("abc")) == "abc"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("base", "schools"),
        ("password", "geheim"),
        ("key_prefix", "school(net):"),
        ("mail", "{given_name}@example.org"),
        ("mail", "{user_name"),
        ("reader_dn", "cn=reader,dc=example"),
        ("receive_timeout", "1.5"),
        ("page_size", 0),
        ("typo", 1),
    ],
)
def test_wrong_settings_are_refused(field: str, value: object) -> None:
    with pytest.raises(ValueError, match=field.split("_", maxsplit=1)[0]):
        DirectorySettings.model_validate({**WHOLE, field: value})
