"""The spool keeps secrets: sealed, private, whole or not at all."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from inventory.errors import SealError, StoreError, UsageError
from provisioning.engine.spool import Spool

SECRET = SecretStr("q" * 40)


def test_what_is_sealed_can_be_opened_again_and_is_not_readable_on_disk(tmp_path: Path) -> None:
    Spool(tmp_path / "spool", SECRET).seal("run-1-class", b"thirty-two bytes of a secret key")
    assert Spool(tmp_path / "spool", SECRET).open("run-1-class").startswith(b"thirty-two")
    [file] = (tmp_path / "spool").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "spool").stat().st_mode & 0o777 == 0o700
    assert b"secret" not in file.read_bytes()


def test_another_secret_another_name_and_a_flipped_bit_do_not_open(tmp_path: Path) -> None:
    spool = Spool(tmp_path, SECRET)
    spool.seal("one", b"data")
    with pytest.raises(SealError):
        Spool(tmp_path, SecretStr("r" * 40)).open("one")
    (tmp_path / "two.sealed").write_bytes((tmp_path / "one.sealed").read_bytes())
    with pytest.raises(SealError):
        spool.open("two")
    whole = (tmp_path / "one.sealed").read_bytes()
    (tmp_path / "one.sealed").write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(SealError):
        spool.open("one")
    (tmp_path / "one.sealed").write_bytes(b"")
    with pytest.raises(SealError):
        spool.open("one")


def test_destroyed_is_gone(tmp_path: Path) -> None:
    spool = Spool(tmp_path, SECRET)
    spool.seal("one", b"data")
    spool.destroy("one")
    spool.destroy("one")
    assert not spool.holds("one")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(SealError):
        spool.open("one")


def test_a_weak_secret_is_refused_without_being_shown(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refusal:
        Spool(tmp_path, SecretStr("hunter2"))
    assert "hunter2" not in str(refusal.value)


def test_a_name_cannot_leave_the_folder(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a name"):
        Spool(tmp_path, SECRET).seal("../outside", b"data")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k,mode=700", "tmpfs", str(folder)], check=False
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk needs root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_keeps_the_old_file_and_leaves_no_part(small_disk: Path) -> None:
    spool = Spool(small_disk, SECRET)
    spool.seal("key", b"old")
    with pytest.raises(StoreError, match="Make room"):
        spool.seal("key", b"x" * 200_000)
    assert spool.open("key") == b"old"
    assert [file.name for file in small_disk.iterdir()] == ["key.sealed"]
