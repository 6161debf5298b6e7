"""What only Windows does, by answers written down from its documentation (invented data)."""

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from ldap3.protocol.rfc4511 import BindResponse, ModifyResponse, SearchResultDone
from pydantic import SecretStr

from inventory.errors import ReadEndedEarlyError, UsageError
from provisioning.directory.connection import WriteConnection
from provisioning.directory.failures import write_refused
from provisioning.directory.searching import SearchConnection
from tests.directory.recorded import Answerer, ended, entry, recorded

GROUP = "CN=all,OU=Schools,DC=school,DC=example"
REFUSED = "80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data {}, v4563"


def members(first: int, last: int) -> list[str]:
    return [f"CN=m{number}" for number in range(first, last + 1)]


def directory(parts: Callable[[str], dict[str, list[str]]]) -> Answerer:
    """Answers searches of the group by what was asked for."""

    def answer(kind: str, request: Any) -> list[Any]:
        if kind == "bindRequest":
            return [ended(BindResponse)]
        if kind == "modifyRequest":
            return [ended(ModifyResponse, 53, "00000561: SvcErr: DSID-031A1236, problem 5003")]
        asked = str(request["attributes"][0])
        at_root = not str(request["baseObject"])
        shown = {"supportedCapabilities": ["1.2.840.113556.1.4.800"]} if at_root else parts(asked)
        return [entry(str(request["baseObject"]), shown), ended(SearchResultDone)]

    return answer


def read(folder: Path, answer: Answerer) -> tuple[str, ...]:
    with (
        recorded(folder, answer) as settings,
        closing(SearchConnection(settings, settings.bind_dn, SecretStr("x"))) as connection,
    ):
        found = connection.read(GROUP, ["member"])
    assert found is not None
    return found.values("member")


def test_an_attribute_in_parts_is_read_to_its_end(tmp_path: Path) -> None:
    """An empty `member` stands beside the first part; the last one ends with a star."""
    given = {
        "member": {"member": [], "member;range=0-1499": members(0, 1499)},
        "member;range=1500-*": {"member;range=1500-2999": members(1500, 2999)},
        "member;range=3000-*": {"member;range=3000-*": members(3000, 3010)},
    }
    assert read(tmp_path, directory(given.__getitem__)) == tuple(members(0, 3010))


@pytest.mark.parametrize(
    "given",
    [
        {"member": {"member": [], "member;range=0-1499": []}},
        {"member": {"member;range=0-1499": members(0, 7)}},
        {"member": {"member;range=0-1": members(0, 1)}, "member;range=2-*": {}},
        {"member": {"member;range=0-1": members(0, 1)}, "member;range=2-*": {"member": []}},
        {
            "member": {"member;range=0-1": members(0, 1)},
            "member;range=2-*": {"member;range=0-1": members(0, 1)},
        },
    ],
    ids=["nothing", "too few", "not there any more", "empty", "the same again"],
)
def test_a_part_without_the_rest_is_an_error(
    tmp_path: Path, given: dict[str, dict[str, list[str]]]
) -> None:
    with pytest.raises(ReadEndedEarlyError, match="range"):
        read(tmp_path, directory(given.__getitem__))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("52e", "password is wrong"), ("525", "no such account"), ("533", "disabled"),
        ("701", "account has expired"), ("532", "password has expired"),
        ("773", "must be changed"), ("775", "locked"),
    ],
)  # fmt: skip
def test_a_refused_login_is_told_by_its_reason(tmp_path: Path, data: str, told: str) -> None:
    def refuse(_kind: str, _request: Any) -> list[Any]:
        return [ended(BindResponse, 49, REFUSED.format(data))]

    with recorded(tmp_path, refuse) as settings, pytest.raises(UsageError, match=told):
        SearchConnection(settings, settings.bind_dn, SecretStr("x"))


@pytest.mark.parametrize(
    ("data", "right"), [("52e", False), ("775", False), ("773", True), ("532", True), ("533", True)]
)
def test_a_right_password_shows_although_the_login_is_refused(
    tmp_path: Path, data: str, *, right: bool
) -> None:
    def answer(kind: str, request: Any) -> Sequence[Any]:
        if kind == "bindRequest" and str(request["name"]) == GROUP:
            return [ended(BindResponse, 49, REFUSED.format(data))]
        return directory(lambda _asked: {"cn": ["x"]})(kind, request)

    with (
        recorded(tmp_path, answer) as settings,
        closing(WriteConnection(settings, settings.bind_dn, SecretStr("x"))) as connection,
    ):
        assert connection.accepts(GROUP, SecretStr("y")) is right


def test_codes_of_windows_are_put_into_words() -> None:
    weak = "0000052D: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0"
    for code in (19, 53):
        assert "policy refuses the password" in str(write_refused(GROUP, code, weak))
    taken = "00000524: UpdErr: DSID-031A11E2, problem 6005 (ENTRY_EXISTS), data 0"
    assert "same name" in str(write_refused(GROUP, 68, taken))
    upn = "000021C8: AtrErr: DSID-03200EAC, #1: 0: 000021C8: DSID-03200EAC, problem 1005"
    assert "same user name" in str(write_refused(GROUP, 19, upn))


def test_a_controller_that_only_reads_is_named_as_that() -> None:
    assert "only reads" in str(write_refused(GROUP, 10, "0000202B: RefErr: DSID-03100835"))
