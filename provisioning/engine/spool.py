"""The sealed spool: small files that must be secret, survive a crash, and can be destroyed.

Each file is AES-256-GCM (NIST SP 800-38D) under a key derived from one secret outside the store
(HKDF-SHA256, RFC 5869). Its name is authenticated with it, so that no file passes for another.
Layout: 4 bytes `_MAGIC`, 12 bytes nonce, ciphertext with 16 bytes tag.
"""

import contextlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr

from inventory.errors import SealError, StoreError, UsageError
from inventory.messages import _

_MAGIC = b"sns1"
_NONCE_BYTES = 12
_SHORTEST_SECRET = 32
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,150}")


class Spool:
    """A folder of sealed files. One process writes at a time: the run that holds the lock."""

    def __init__(self, folder: Path, secret: SecretStr) -> None:
        """Take the folder (made when the first file is sealed) and the text of the secret.

        Raises UsageError when the secret is shorter than 32 characters: it must be random, as
        `schoolnet init` makes it.
        """
        text = secret.get_secret_value().strip()
        if len(text) < _SHORTEST_SECRET:
            raise UsageError(
                _(
                    "The sealing key is shorter than {count} characters. Let `schoolnet init` "
                    "make one, or give 32 random bytes in base64."
                ),
                count=_SHORTEST_SECRET,
            )
        derived = HKDF(SHA256(), 32, salt=None, info=b"schoolnet spool").derive(text.encode())
        self._cipher = AESGCM(derived)
        self._folder = folder

    def seal(self, name: str, data: bytes) -> None:
        """Keep data under a name; on return it is on disk. A file of that name is replaced.

        Raises StoreError when it cannot be written (disk full); then the old file, or none,
        is there, never a part.
        """
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = _MAGIC + nonce + self._cipher.encrypt(nonce, data, name.encode())
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(self._path(name), sealed)
        except OSError as error:
            raise StoreError(
                _("The spool {folder} cannot be written ({reason}). Make room there, then go on."),
                folder=str(self._folder),
                reason=error.strerror or str(error),
            ) from error

    def open(self, name: str) -> bytes:
        """What was sealed under the name.

        Raises SealError when there is no such file, the secret is another one, or it is damaged.
        """
        try:
            sealed = self._path(name).read_bytes()
        except OSError as error:
            raise SealError(
                _("The sealed file {name} cannot be read ({reason}). It may have been destroyed."),
                name=name,
                reason=error.strerror or str(error),
            ) from error
        nonce = sealed[len(_MAGIC) : len(_MAGIC) + _NONCE_BYTES]
        body = sealed[len(_MAGIC) + _NONCE_BYTES :]
        try:
            if not sealed.startswith(_MAGIC):
                raise InvalidTag
            return self._cipher.decrypt(nonce, body, name.encode())
        except (InvalidTag, ValueError) as error:
            raise SealError(
                _(
                    "The sealed file {name} does not open. It is damaged, or the sealing key is "
                    "not the one it was made with: give the right key in the settings."
                ),
                name=name,
            ) from error

    def holds(self, name: str) -> bool:
        """True when something is sealed under the name."""
        return self._path(name).is_file()

    def names(self, beginning: str) -> list[str]:
        """What is sealed under names that begin so."""
        found = self._folder.glob(f"{beginning}*.sealed")
        return sorted(path.name.removesuffix(".sealed") for path in found)

    def destroy(self, name: str) -> None:
        """Remove the file for good; nothing happens when there is none.

        Copies in backups stay readable as long as the secret lives.
        """
        self._path(name).unlink(missing_ok=True)
        if self._folder.is_dir():
            _sync(self._folder)

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError(f"not a name for a sealed file: {name!r}")
        return self._folder / f"{name}.sealed"


@contextmanager
def private_file(path: Path) -> Iterator[BinaryIO]:
    """Write a file with mode 0600, whole or not at all; afterwards it is on disk.

    A file of that name is replaced. Raises OSError; then, and after any error inside, nothing
    new is there.
    """
    temporary = path.with_name(f".{path.name}.new")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync(path.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def write_private(path: Path, data: bytes) -> None:
    """Write these bytes as a `private_file`. Raises OSError."""
    with private_file(path) as file:
        file.write(data)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
