"""The same test on a real server of each kind."""

from collections.abc import Iterator

import pytest

from tests.directory.support import ByLdap3, Server


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
