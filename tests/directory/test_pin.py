"""One domain controller for a run, its verify and its resumption."""

from contextlib import closing
from pathlib import Path

import pytest
from pydantic import SecretStr

from inventory.errors import UnreachableError
from provisioning.directory.executor import DirectoryExecutor
from provisioning.directory.pin import Pin, RunPin
from provisioning.directory.searching import SearchConnection
from provisioning.engine.spool import Spool
from provisioning.lab.samba import Samba
from provisioning.lab.slapd import Slapd
from tests.directory.city import City
from tests.directory.support import AD_BASE_DN, Desk, Notebook, Server, settings_for


def pinned(server: Server, pin: Pin, **changed: object) -> SearchConnection:
    settings = settings_for(server, **changed)
    return SearchConnection(settings, server.reader_dn, server.reader_password, pin)


def test_the_first_server_that_answers_is_pinned_and_its_certificate_still_checked(
    own_samba: Samba,
) -> None:
    pin = Pin()
    with closing(pinned(own_samba, pin)):
        assert (pin.address, pin.name) == (own_samba.address, Samba.host)
    # a name that nobody resolves here, and for which the certificate is
    with closing(pinned(own_samba, pin, url=f"ldaps://{Samba.host}")) as connection:
        assert connection.read(AD_BASE_DN, ["ou"]) is not None
    with pytest.raises(UnreachableError, match="certificate"):
        pinned(own_samba, pin, url="ldaps://other.example")


def test_the_one_that_a_run_waits_for_is_named(own_samba: Samba) -> None:
    pin = Pin()
    with closing(pinned(own_samba, pin)):
        own_samba.kill()
    with pytest.raises(UnreachableError, match=r"dc1\.school\.example, with which .* not answer"):
        pinned(own_samba, pin)


def test_another_controller_is_not_taken_for_the_one_of_the_run(own_samba: Samba) -> None:
    with pytest.raises(UnreachableError, match=r"begun with dc2.*dc1\.school\.example answers"):
        pinned(own_samba, Pin(own_samba.address, "dc2.school.example"))


def test_a_resumed_run_knows_its_controller_also_at_another_address(
    own_samba: Samba, tmp_path: Path
) -> None:
    desk = Desk(own_samba, tmp_path)
    city = City()
    city.person("anna", city.school("100001"))
    changes, _notices = desk.plan(city)
    pin = RunPin(desk.spool, "run1")
    with closing(
        DirectoryExecutor(desk.settings, own_samba.sync_password, desk.spool, "run1", pin)
    ) as executor:
        executor.execute(changes[:2], Notebook())
    resumed = RunPin(desk.spool, "run1")
    assert (resumed.address, resumed.name) == (own_samba.address, Samba.host)
    desk.spool.seal("server-run2", b'{"address": "127.0.0.1", "name": "dc1.school.example"}')
    moved = RunPin(desk.spool, "run2")
    with closing(pinned(own_samba, moved)):
        assert moved.address == own_samba.address
    assert RunPin(desk.spool, "run2").address == own_samba.address
    desk.spool.seal("server-run3", b'{"address": "127.0.0.1", "name": "dc2.school.example"}')
    with pytest.raises(UnreachableError, match="begun with dc2"):
        pinned(own_samba, RunPin(desk.spool, "run3"))


def test_a_server_without_a_name_is_pinned_for_as_long_as_the_run_lives(
    slapd: Slapd, tmp_path: Path
) -> None:
    spool = Spool(tmp_path / "spool", SecretStr("k" * 44))
    pin = RunPin(spool, "run1")
    with closing(pinned(slapd, pin)):
        assert pin.address == "127.0.0.1"
    assert RunPin(spool, "run1").address == ""
