"""Real servers for all tests. They run as ordinary processes on loopback and end with the tests."""

import fcntl
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from provisioning.lab.samba import Samba, found_domain
from provisioning.lab.slapd import Slapd
from tests.directory.support import ByLdap3, Server
from tests.needs import needs_samba

# A slow machine is no fault of the code: no test here is about time.
settings.register_profile("schoolnet", deadline=None)
settings.load_profile("schoolnet")


@pytest.fixture(scope="session")
def slapd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    """One directory for the session: write below your own unit, and never pause or kill it."""
    with Slapd(tmp_path_factory.mktemp("slapd")) as server:
        yield server


@pytest.fixture
def own_slapd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    """A new, empty directory for one test, to fill, pause, kill and break as it likes."""
    with Slapd(tmp_path_factory.mktemp("slapd")) as server:
        yield server


@pytest.fixture(scope="session")
def samba_domain(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A founded Active Directory domain, to be copied: founded once, whichever worker is first."""
    needs_samba()
    shared = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        shared = shared.parent  # each worker of pytest-xdist has a folder below the run's
    domain, founded = shared / "samba-domain", shared / "samba-domain.founded"
    with (shared / "samba-domain.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not founded.exists():
            found_domain(domain)
            founded.touch()
    return domain


@pytest.fixture
def own_samba(tmp_path: Path, samba_domain: Path) -> Iterator[Samba]:
    """A new Active Directory for one test, at an address of its own."""
    with Samba(tmp_path / "samba", samba_domain) as server:
        yield server


@pytest.fixture
def by_ldap3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ByLdap3]:
    """A new, empty OpenLDAP server for one test without our own codec."""
    with ByLdap3(tmp_path_factory.mktemp("slapd")) as found:
        yield found


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Server:
    """A new, empty directory of the kind that the test is run for (see `support.BOTH`)."""
    fixtures = {"openldap": "own_slapd", "openldap by ldap3": "by_ldap3"}
    found: Server = request.getfixturevalue(fixtures.get(request.param, "own_samba"))
    return found
