"""OpenLDAP's own command-line tools, as what ours is measured against."""

import base64
import os
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from inventory.records.changes import Change
from provisioning.lab.slapd import Slapd
from tests.bench.measuring import seconds

Entries = Iterable[tuple[str, Mapping[str, Sequence[str]]]]


class Made(NamedTuple):
    """An entry as changes would leave it, without its password."""

    dn: str
    attributes: Mapping[str, Sequence[str]]


def made_by(changes: Sequence[Change]) -> Iterator[Made]:
    """The entries that changes of an empty directory make, groups with all their members."""
    members: defaultdict[str, list[str]] = defaultdict(list)
    operations: list[Any] = [one for change in changes for one in change.operations]
    for one in operations:
        if one["op"] == "modify":
            for _verb, _attribute, values in one["changes"]:
                members[one["dn"]] += values
    for one in operations:
        if one["op"] == "add":
            attributes = {**one["attributes"]}
            if one["dn"] in members:
                attributes["member"] = [*attributes["member"], *members[one["dn"]]]
            yield Made(one["dn"], attributes)


def write_ldif(path: Path, entries: Entries) -> None:
    """The entries as LDIF, every value in base64: names hold what LDIF would have to escape."""
    with path.open("w", encoding="utf-8") as file:
        for dn, attributes in entries:
            file.write(f"dn:: {_packed(dn)}\n")
            for name, values in attributes.items():
                file.writelines(f"{name}:: {_packed(value)}\n" for value in values)
            file.write("\n")


def add(slapd: Slapd, ldif: Path) -> float:
    """Seconds that ldapadd takes for a file."""
    return seconds(lambda: _run(["ldapadd", *_login(slapd), "-f", str(ldif)]))


def search(slapd: Slapd, base: str, page_size: int, attributes: Sequence[str]) -> float:
    """Seconds that ldapsearch takes for everything below a DN, by pages."""
    pages = ["-E", f"pr={page_size}/noprompt", "-o", "ldif-wrap=no", "-LLL"]
    asked = [*pages, "-b", base, "(objectClass=*)", *attributes]
    return seconds(lambda: _run(["ldapsearch", *_login(slapd), *asked]))


def _login(slapd: Slapd) -> list[str]:
    url = f"ldaps://127.0.0.1:{slapd.ldaps_port}"
    return ["-x", "-H", url, "-D", slapd.sync_dn, "-y", str(slapd.sync_password_file)]


def _run(argv: Sequence[str]) -> None:
    # Both sides use TLS; the tools here trust any certificate, which costs them nothing more.
    environment = {**os.environ, "LDAPTLS_REQCERT": "never"}
    subprocess.run(argv, env=environment, stdout=subprocess.DEVNULL, check=True)


def _packed(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
