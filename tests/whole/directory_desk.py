"""A sample city at a desk whose directory is a real server, perhaps behind a proxy."""

from pathlib import Path

from inventory.rosters.settings import SourceSettings
from provisioning.lab.city import City
from provisioning.lab.exports import sources, sources_toml, write_exports
from provisioning.lab.samba import Samba
from provisioning.lab.slapd import Slapd
from tests.desk import Desk


def directory_toml(server: Slapd | Samba, port: int | None = None, *, reader: bool = True) -> str:
    """`[directory]` for this server, through another port of its address if given."""
    if isinstance(server, Samba):
        kind, host, base = "active_directory", server.address, server.managed
    else:
        kind, host, base = "openldap", "localhost", f"ou=schools,{server.base}"
    url = f"ldap://{host}:{port or server.port}"
    lines = [
        "[directory]",
        f'kind = "{kind}"',
        f'url = "{url}"',
        f'ca_file = "{server.ca_file}"',
        f'bind_dn = "{server.sync_dn}"',
        f'password = "file:{server.sync_password_file}"',
        f'base = "{base}"',
        "receive_timeout = 5",
        "connect_timeout = 5",
    ]
    if reader:
        lines += [
            f'reader_dn = "{server.reader_dn}"',
            f'reader_password = "file:{server.reader_password_file}"',
        ]
    return "\n".join(lines) + "\n"


def city_desk(
    folder: Path, server: Slapd | Samba, city: City, port: int | None = None, *, reader: bool = True
) -> Desk:
    """The city's first year, taken in; nothing is planned yet."""
    desk = Desk(folder, directory_toml(server, port, reader=reader),
                sources_toml(city, "import", city.first_year))  # fmt: skip
    desk.add(*(member.record for member in city.members))
    deliver_year(desk, city, city.first_year)
    return desk


def deliver_year(desk: Desk, city: City, year: int) -> None:
    """Write and take in all exports of a year."""
    write_exports(city, desk.place.folder / "import", year)
    for source in sources(city, "import", year):
        settings = SourceSettings.model_validate(source)
        desk.take_in(settings, desk.place.folder / settings.files)
