"""Wrong settings, secrets and servers: one clear message, its exit code, nothing half written."""

from pathlib import Path

import pytest

from provisioning.lab.slapd import Slapd
from tests.whole.commandline import CommandLine, assert_one_message
from tests.whole.place import founded, seen

KEY = 'sealing_key = "file:sealing.key"\n'
SOURCE = '[[sources]]\nname = "north"\nfiles = "import"\nroles = ["student"]\n'
DIRECTORY = '[directory]\nca_file = "ca.pem"\nbind_dn = "cn=sync"\nbase = "dc=example"\n'

SETTINGS: dict[str, tuple[str | bytes | None, tuple[str, ...]]] = {
    "a typo in a name": (KEY + 'citty = "Köln"\n', ("citty", "Known are: city")),
    "a typo in a part": (KEY + "[guards]\nleavers = 3\n", ("guards.leavers", "leavers_number")),
    "no TOML": (KEY + "city = \n", ("not valid TOML", "line 2")),
    "a wrong type": (KEY + '[guards]\nleavers_number = "many"\n', ("leavers_number", "whole")),
    "a wrong encoding": ((KEY + 'city = "Köln"\n').encode("latin-1"), ("UTF-8",)),
    "a folder": (None, ("Is a directory",)),
    "a missing setting": ('city = "Köln"\n', ("sealing_key", "Add it")),
    "a number for a text": (KEY + SOURCE + 'format = "schild"\nschool = 12345\n', ("in quotes",)),
    "an unknown format": (KEY + SOURCE + 'format = "schold"\nschool = "1"\n', ("csv, schild",)),
    "plain LDAP over the web": (
        KEY + DIRECTORY + 'url = "http://ldap"\npassword = "env:P"\n', ("directory.url", "ldaps://")
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SETTINGS)
def test_settings_are_corrected_with_the_message(tmp_path: Path, name: str) -> None:
    content, words = SETTINGS[name]
    path = tmp_path / "schoolnet.toml"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    said = CommandLine(tmp_path)("settings", "show", code=None)
    source = "Source north" if "[[sources]]" in str(content) else str(path)
    assert_one_message(said, 2, source, *words)
    assert [*tmp_path.iterdir()] == [path]


def test_a_secret_in_clear_is_refused_and_not_repeated(tmp_path: Path) -> None:
    text = KEY + DIRECTORY + 'url = "ldaps://ldap"\npassword = "hunter2-secret"\n'
    (tmp_path / "schoolnet.toml").write_text(text)
    said = CommandLine(tmp_path)("settings", "show", code=None)
    assert_one_message(said, 2, "directory.password", "by reference only")
    assert "hunter2" not in said.err


def test_what_the_environment_sets_is_named_by_its_variable(tmp_path: Path) -> None:
    (tmp_path / "schoolnet.toml").write_text(KEY)
    cli = CommandLine(tmp_path, SCHOOLNET_GUARDS__LEAVERS_NUMBER="many")
    said = cli("settings", "show", code=None)
    assert_one_message(said, 2, "SCHOOLNET_GUARDS__LEAVERS_NUMBER", "whole number")
    german = CommandLine(tmp_path, SCHOOLNET_LANGUAGE="de_DE.UTF-8")
    assert german("settings", "show", "--json").json["language"] == "de"


def test_no_place_at_all(tmp_path: Path) -> None:
    said = CommandLine(tmp_path / "nowhere")("plan", code=None)
    assert_one_message(said, 2, "schoolnet init", "-C")
    assert not (tmp_path / "nowhere").exists()


@pytest.fixture(scope="module")
def served(
    slapd: Slapd, tmp_path_factory: pytest.TempPathFactory
) -> tuple[CommandLine, Slapd, Path]:
    """A place with a directory, and a folder of wrong secrets and certificates."""
    folder = tmp_path_factory.mktemp("served")
    cli = founded(folder / "place", slapd)
    cli("import", "roster")
    wrong = folder / "wrong"
    wrong.mkdir()
    for name, content, mode in (
        ("open", b"secret", 0o644), ("empty", b"", 0o600), ("binary", b"\xff\xfe", 0o600),
        ("other", b"not the password", 0o600),
    ):  # fmt: skip
        (wrong / name).write_bytes(content)
        (wrong / name).chmod(mode)
    with Slapd(folder / "other") as other:
        (wrong / "ca.pem").write_bytes(other.ca_file.read_bytes())
    return cli, slapd, wrong


CASES = {
    "a secret that others read": ("password", "open", 2, ("can be read by others", "chmod 600")),
    "an empty secret": ("password", "empty", 2, ("is empty",)),
    "a secret that is no text": ("password", "binary", 2, ("UTF-8",)),
    "a missing secret": ("password", "nothing", 2, ("No such file", "correct the reference")),
    "a wrong password": ("password", "other", 2, ("does not let cn=reader", "check the settings")),
    "another CA": ("ca", "ca.pem", 4, ("certificate", "not accepted", "`ca_file`")),
    "a missing CA": ("ca", "nothing", 2, ("`ca_file`", "PEM")),
    "a CA that is none": ("ca", "open", 2, ("`ca_file`", "PEM")),
    "nobody at that port": ("port", "9", 4, ("does not answer", "Check server and network")),
    "no such base": ("base", "ou=nowhere", 2, ("does not exist", "`base`")),
}


@pytest.mark.parametrize("name", CASES)
def test_a_directory_that_cannot_be_asked(
    served: tuple[CommandLine, Slapd, Path], name: str
) -> None:
    cli, slapd, wrong = served
    what, new, code, words = CASES[name]
    old, value = {
        "password": (str(slapd.reader_password_file), str(wrong / new)),
        "ca": (str(slapd.ca_file), str(wrong / new)),
        "port": (f"localhost:{slapd.port}", f"localhost:{new}"),
        "base": ("ou=schools", new),
    }[what]
    settings = cli.folder / "schoolnet.toml"
    good = settings.read_text(encoding="utf-8")
    assert old in good
    before = seen(cli)
    settings.write_text(good.replace(old, value), encoding="utf-8")
    try:
        said = cli("plan", code=None)
    finally:
        settings.write_text(good, encoding="utf-8")
    assert_one_message(said, code, *words)
    assert seen(cli) == before


def test_a_missing_secret_leaves_no_run_behind(served: tuple[CommandLine, Slapd, Path]) -> None:
    """Planning needs the reader's password, applying the other one."""
    cli, slapd, wrong = served
    plan = cli.plan()
    settings = cli.folder / "schoolnet.toml"
    good = settings.read_text(encoding="utf-8")
    settings.write_text(good.replace(str(slapd.sync_password_file), str(wrong / "open")))
    before = seen(cli)
    assert_one_message(cli.apply(plan, code=None), 2, "can be read by others")
    assert seen(cli) == before
    assert cli("runs", "--json").json == []
    settings.write_text(good, encoding="utf-8")
