"""What the directory tests share: settings and connections for the lab's slapd."""

from ldap3 import BASE, SUBTREE, Connection
from pydantic import SecretStr

from provisioning.directory.connection import SearchConnection, WriteConnection
from provisioning.directory.settings import DirectorySettings
from provisioning.lab.slapd import Slapd

BASE_DN = f"ou=schools,{Slapd.base}"


def settings_for(slapd: Slapd, **changed: object) -> DirectorySettings:
    """Settings that reach the lab's server as its sync account."""
    fields: dict[str, object] = {
        "url": slapd.url,
        "ca_file": slapd.ca_file,
        "bind_dn": slapd.sync_dn,
        "password": f"file:{slapd.sync_password_file}",
        "base": BASE_DN,
        "placeholder": f"cn=nobody,{slapd.base}",
        "connect_timeout": 2,
        "receive_timeout": 2,
    }
    return DirectorySettings.model_validate({**fields, **changed})


def reader(slapd: Slapd, settings: DirectorySettings | None = None) -> SearchConnection:
    """A connection of the account that may only read."""
    return SearchConnection(settings or settings_for(slapd), slapd.reader_dn, slapd.reader_password)


def writer(slapd: Slapd, settings: DirectorySettings | None = None) -> WriteConnection:
    """A connection of the sync account."""
    return WriteConnection(settings or settings_for(slapd), slapd.sync_dn, slapd.sync_password)


def can_log_in(slapd: Slapd, entry: str, password: str) -> bool:
    """True when a person's own login is accepted, asked by a connection of its own."""
    connection = writer(slapd)
    try:
        return connection.accepts(entry, SecretStr(password))
    finally:
        connection.close()


def dump(admin: Connection, base: str = BASE_DN) -> dict[str, dict[str, set[str]]]:
    """Everything below a DN as the administrator sees it: DN to attributes to values."""
    found = admin.extend.standard.paged_search(
        base, "(objectClass=*)", SUBTREE, attributes=["*", "entryUUID", "memberOf"], paged_size=500
    )
    return {
        entry["dn"]: {
            name: {str(value, "utf-8") for value in values}
            for name, values in entry["raw_attributes"].items()
            if values
        }
        for entry in found
    }


def values(admin: Connection, entry: str, attribute: str) -> set[str]:
    """The values of one attribute of one entry, as the administrator sees them."""
    admin.search(entry, "(objectClass=*)", BASE, attributes=[attribute])
    return {str(value, "utf-8") for value in admin.response[0]["raw_attributes"][attribute]}


def make_read_only(slapd: Slapd, value: str) -> None:
    """Let the server refuse every write (``TRUE``), or take them again (``FALSE``)."""
    with slapd.admin() as admin:
        admin.search("cn=config", f"(olcSuffix={Slapd.base})", attributes=["olcSuffix"])
        admin.modify(admin.response[0]["dn"], {"olcReadOnly": [("MODIFY_REPLACE", [value])]})
