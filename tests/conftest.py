"""Real servers for all tests. They run as ordinary processes on loopback and end with the tests."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from provisioning.lab.slapd import Slapd

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
