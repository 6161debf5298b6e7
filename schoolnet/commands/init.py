"""``schoolnet init``: a folder becomes the place of an inventory."""

import os
import secrets
from pathlib import Path
from typing import Annotated

import typer

from inventory.errors import UsageError
from inventory.messages import _, say
from inventory.store.writing import create_store
from schoolnet.commands._common import new_app, place_of
from schoolnet.output import tell, texts
from schoolnet.settings import FILE_NAME

app = new_app()

TEMPLATE = """\
# Settings of schoolnet. `schoolnet settings show` lists everything that can be set here.
city = {city}
# Seals initial passwords and switch backups. Keep a copy in a safe place, apart from this folder.
sealing_key = "file:{key}"

# [directory]                       # OpenLDAP
# url = "ldaps://ldap.example.org"
# ca_file = "ca.pem"
# bind_dn = "cn=sync,ou=services,dc=example,dc=org"
# password = "env:LDAP_PASSWORD"    # or keyring:SERVICE/USER, file:PATH (0600), cmd:PROGRAM
# base = "ou=schools,dc=example,dc=org"

# [network.credentials.default]
# username = "schoolnet"
# password = "env:SWITCH_PASSWORD"

# [[sources]]                       # one for each export of a school
# name = "Gymnasium Nord, pupils"
# files = "import/012345-*.csv"
# format = "schild"
# school = "012345"
# roles = ["student"]
"""


@app.command()
def init(
    context: typer.Context,
    city: Annotated[str, typer.Option("--city", help=texts()(_("Name of the city.")))] = "",
    key_file: Annotated[
        Path | None,
        typer.Option("--key-file", help=texts()(_("Where the sealing key is made or is."))),
    ] = None,
) -> None:
    """Create schoolnet.toml, the sealing key and an empty inventory; existing ones are kept."""
    place = place_of(context)
    place.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings = place.folder / FILE_NAME
    if settings.exists():
        tell(_("{path} exists and is kept."), path=str(settings))
    else:
        key = _make_key(key_file or _default_key(place.folder))
        quoted = '"' + city.replace("\\", "\\\\").replace('"', '\\"') + '"'
        settings.write_text(TEMPLATE.format(city=quoted, key=key), encoding="utf-8")
        settings.chmod(0o600)
        tell(_("Created {path}. The sealing key is {key}: keep a copy apart from this folder."),
             path=str(settings), key=str(key))  # fmt: skip
    create_store(place.store)
    tell(_("The inventory is {path}."), path=str(place.store))


def _default_key(folder: Path) -> Path:
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return home / "schoolnet" / f"{folder.name or 'inventory'}-{secrets.token_hex(4)}.key"


def _make_key(path: Path) -> Path:
    path = path.expanduser().absolute()
    if path.exists():
        return path
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
    except OSError as error:
        message = _("The sealing key {path} cannot be made: {reason}.")
        raise UsageError(say(message, path=str(path), reason=error.strerror or "")) from error
    return path
