"""Two domain controllers under one name: a run stays with the one that it was begun with."""

import shutil
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from ldap3 import MODIFY_REPLACE

from inventory.errors import UnreachableError
from inventory.records.people import AccountState
from provisioning.lab.proxy import Direction, Proxy
from provisioning.lab.samba import Samba
from tests.directory.support import settings_for, writer
from tests.whole.commandline import CommandLine, run_of
from tests.whole.directory_desk import city_desk
from tests.whole.place import CITY
from tests.whole.seen import accounts_of

OTHER = "dc2.school.example"
MIDDLE = 5_000
"""A byte of requests at which some accounts are there and some are not."""


@pytest.fixture
def other(own_samba: Samba, samba_domain: Path, tmp_path: Path) -> Samba:
    """A controller of another name, and no replica: what the first one is told it never hears."""
    server = Samba(tmp_path / "other", samba_domain)
    for name in ("ca.pem", "server.pem", "server.key"):
        shutil.copy(own_samba.folder / name, server.folder / name)
    with server, server.admin() as admin:
        where = (
            f"CN=DC1,CN=Servers,CN=Default-First-Site-Name,CN=Sites,CN=Configuration,{Samba.base}"
        )
        admin.modify(where, {"dNSHostName": [(MODIFY_REPLACE, [OTHER])]})
    return server  # which calls itself so from its next start on


def test_a_password_is_not_tried_at_another_controller(own_samba: Samba, other: Samba) -> None:
    with Proxy(own_samba.port, address=own_samba.address) as name, other:
        url = f"ldap://{own_samba.address}:{name.port}"
        with closing(writer(own_samba, settings_for(own_samba, url=url))) as connection:
            assert connection.accepts(own_samba.reader_dn, own_samba.reader_password)
            connection.reopen()
            name.lead_to(other.port, other.address)
            with pytest.raises(UnreachableError, match=f"begun with {Samba.host}, and now {OTHER}"):
                connection.accepts(own_samba.reader_dn, own_samba.reader_password)


def test_a_run_stops_when_another_controller_answers_and_goes_on_with_its_own(
    own_samba: Samba, other: Samba, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        name = stack.enter_context(Proxy(own_samba.port, address=own_samba.address))
        stack.enter_context(other)
        desk = city_desk(tmp_path / "place", own_samba, CITY, name.port)
        cli = CommandLine(desk.place.folder)
        plan = cli.plan("roster", "directory")

        def fail_over() -> None:
            own_samba.kill()
            name.lead_to(other.port, other.address)

        name.arm(Direction.REQUEST, MIDDLE, fail_over)
        said = cli.apply(plan, code=4)
        assert name.fired.is_set()
        run = run_of(said)
        for stopped in (said, cli("runs", "resume", run, code=4)):
            assert f"begun with {Samba.host}, and now {OTHER} answers" in stopped.err
            assert stopped.err.count("answers") == 1
            assert f"runs resume {run}" in stopped.err
        name.disarm()

        own_samba.start()
        begun = accounts_of(own_samba)
        name.lead_to(own_samba.port, own_samba.address)
        assert "state done" in cli("runs", "resume", run).out
        found = accounts_of(own_samba)
        assert 0 < len(begun) < len(found), "it happened in the middle"
        active = {n for n, state in desk.accounts().items() if state is AccountState.ACTIVE}
        assert found.keys() == active
        assert "drift 0" in cli("verify", "directory").out
        assert accounts_of(other) == {}, "nothing was written there"
