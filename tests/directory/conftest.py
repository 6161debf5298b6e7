"""The same test on a real server of each kind."""

import pytest

from tests.directory.support import Server


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Server:
    """A new, empty directory of the kind that the test is run for (see `support.BOTH`)."""
    fixture = "own_slapd" if request.param == "openldap" else "own_samba"
    found: Server = request.getfixturevalue(fixture)
    return found
