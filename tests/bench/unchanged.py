"""A plan of accounts that are all as they should be, against reading them with ldapsearch."""

import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from inventory.records.runs import RunState
from provisioning.lab.city import City
from provisioning.lab.slapd import Slapd
from tests.bench import ldap_tools
from tests.bench.measuring import Line, in_turns, seconds, tell, use_of
from tests.bench.term_start import city_of
from tests.desk import Desk
from tests.whole.directory_desk import city_desk

PERSONS = int(os.environ.get("SCHOOLNET_BENCH_PERSONS", "75000"))
"""Fewer on a machine that is too busy: then the ratio is of so many."""
ROUNDS = 3
GOAL = 4.0
_READ = (
    "objectClass", "ou", "cn", "member", "entryUUID", "uid", "sn", "givenName", "displayName",
    "mail", "employeeType", "pwdAccountLockedTime", "description", "employeeNumber",
)  # fmt: skip
"""What a plan reads too."""


def measure() -> list[Line]:
    """Both are whole commands, and read the same of each entry by pages the server allows."""
    with tempfile.TemporaryDirectory() as name:
        slapd, city = Slapd(Path(name) / "slapd"), city_of(PERSONS)
        desk = city_desk(Path(name) / "place", slapd, city)
        with slapd:
            assert desk.apply(desk.plan("roster")) is RunState.DONE
            changes = desk.changes(desk.plan("directory"))
        accounts = sum(one.kind == "person" for one in changes)
        tell(f"{accounts:,} accounts are in the inventory")
        ldap_tools.write_ldif(Path(name) / "entries.ldif", ldap_tools.made_by(changes))
        slapd.load(Path(name) / "entries.ldif")
        with slapd:
            return [
                _line(desk, slapd, city, ("directory",), accounts, GOAL),
                _line(desk, slapd, city, ("roster", "directory"), accounts, None),
            ]


def _line(
    desk: Desk, slapd: Slapd, city: City, targets: Sequence[str], accounts: int, goal: float | None
) -> Line:
    day = f"{city.first_year}-08-20"
    argv = ["-P", "-m", "schoolnet", "-C", str(desk.place.folder), "plan", *targets, "--on", day]
    pair = in_turns(
        lambda: use_of(argv, 0, Path.cwd())[0].clock,  # 0: there is nothing to do
        lambda: seconds(lambda: _searched(slapd, accounts)),
        ROUNDS,
    )
    return Line(
        f"`plan {' '.join(targets)}` of {accounts:,} unchanged accounts",
        "ldapsearch of the same entries, by pages",
        pair.ratio,
        goal,
        f"{pair.first:.1f} s and {pair.second:.1f} s",
    )


def _searched(slapd: Slapd, accounts: int) -> None:
    url = f"ldap://{slapd.address}:{slapd.port}"  # ldapsearch takes localhost for its own name
    with tempfile.TemporaryFile() as output:
        subprocess.run(
            ["ldapsearch", "-LLL", "-x", "-ZZ", "-H", url, "-D", slapd.reader_dn,
             "-y", slapd.reader_password_file, "-b", f"ou=schools,{slapd.base}",
             "-E", "pr=100/noprompt", "(objectClass=*)", *_READ],
            stdout=output, stderr=subprocess.PIPE, check=True,
            env={**os.environ, "LDAPTLS_CACERT": str(slapd.ca_file)},
        )  # fmt: skip
        output.seek(0)
        found = sum(line.startswith(b"uid:") for line in output)
    assert found == accounts, found
