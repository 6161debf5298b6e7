"""``schoolnet init``: a folder becomes the place of an inventory."""

import json
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from inventory.errors import UsageError
from inventory.messages import _, say
from inventory.store.writing import create_store
from provisioning.engine.spool import write_private
from schoolnet.commands._common import new_app, place_of
from schoolnet.output import tell, texts
from schoolnet.settings import FILE_NAME

app = new_app()

TEMPLATE = """\
# Settings of schoolnet. `schoolnet settings show` lists everything that can be set here.
city = {city}
# Seals initial passwords and switch backups. Keep a copy in a safe place, apart from this folder.
sealing_key = {key}

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
    settings = place.folder / FILE_NAME
    if settings.exists():
        tell(_("{path} exists and is kept."), path=str(settings))
    else:
        key = _make_settings(settings, city, key_file)
        tell(_("Created {path}. The sealing key is {key}: keep a copy apart from this folder."),
             path=str(settings), key=str(key))  # fmt: skip
    create_store(place.store)
    tell(_("The inventory is {path}."), path=str(place.store))


def _make_settings(settings: Path, city: str, key_file: Path | None) -> Path:
    """Make folder, sealing key and settings, or nothing; returns the key's path.

    A key that is there already is taken. Raises UsageError.
    """
    key = (key_file or _default_key(settings.parent)).expanduser().absolute()
    is_new = not key.exists()
    try:
        settings.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if is_new:
            key.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(key, f"{secrets.token_urlsafe(32)}\n".encode())
        text = TEMPLATE.format(city=_quoted(city), key=_quoted(f"file:{key}"))
        write_private(settings, text.encode())
    except OSError as error:
        if is_new:
            with suppress(OSError):
                key.unlink(missing_ok=True)
        message = _("{path} cannot be made: {reason}. Check the folder, its owner and its disk.")
        path = str(error.filename or settings)
        raise UsageError(say(message, path=path, reason=error.strerror or "")) from error
    return key


def _quoted(text: str) -> str:
    """A basic string of TOML: JSON's escapes are all known there (https://toml.io/en/v1.0.0)."""
    return json.dumps(text, ensure_ascii=False)


def _default_key(folder: Path) -> Path:
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return home / "schoolnet" / f"{folder.name or 'inventory'}-{secrets.token_hex(4)}.key"
