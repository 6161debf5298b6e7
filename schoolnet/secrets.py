"""Secret references to secrets: resolved in the foreground, held as SecretStr only."""

import os
import shlex
import stat
import subprocess
from pathlib import Path

from pydantic import SecretStr

from inventory.errors import SettingsError, UnreachableError
from inventory.messages import _, say

_COMMAND_SECONDS = 60


class SecretResolver:
    """Resolves references of one settings file."""

    def __init__(self, settings_file: Path) -> None:
        self.settings_file = settings_file

    def __call__(self, reference: str) -> SecretStr:
        """The secret; raises SettingsError or UnreachableError naming the reference."""
        scheme, _colon, rest = reference.partition(":")
        value = getattr(self, f"_{scheme}")(rest, reference)
        if not value:
            message = _("The secret {reference} is empty. Store it, or correct the reference.")
            raise SettingsError(say(message, reference=reference))
        return SecretStr(value)

    def _env(self, name: str, reference: str) -> str:
        value = os.environ.get(name)
        if value is None:
            message = _("The environment variable of the secret {reference} is not set. Set it, or "
                        "correct the reference.")  # fmt: skip
            raise SettingsError(say(message, reference=reference))
        return value

    def _file(self, name: str, reference: str) -> str:
        path = (self.settings_file.parent / Path(name).expanduser()).resolve()
        try:
            mode = path.stat().st_mode
            if stat.S_IMODE(mode) & 0o077:
                message = _("The secret {reference} can be read by others: chmod 600 {path}.")
                raise SettingsError(say(message, reference=reference, path=str(path)))
            return path.read_text(encoding="utf-8").strip()
        except UnicodeDecodeError:  # not the cause: it holds the secret
            message = _("The secret {reference} is not text in UTF-8. Save it as UTF-8.")
            raise SettingsError(say(message, reference=reference)) from None
        except OSError as error:
            message = _("The secret {reference} cannot be read: {reason}. Store it there, or "
                        "correct the reference.")  # fmt: skip
            reason = error.strerror or str(error)
            raise SettingsError(say(message, reference=reference, reason=reason)) from error

    def _keyring(self, name: str, reference: str) -> str:
        import keyring
        from keyring.errors import KeyringError

        service, _slash, user = name.rpartition("/")
        try:
            return keyring.get_password(service, user) or ""
        except KeyringError as error:
            message = _("The keyring for the secret {reference} does not answer. Unlock it first.")
            raise UnreachableError(say(message, reference=reference)) from error

    def _cmd(self, line: str, reference: str) -> str:
        check_owner(self.settings_file, reference)
        try:
            done = subprocess.run(  # noqa: S603 - from a settings file only its owner may write
                shlex.split(line), capture_output=True, timeout=_COMMAND_SECONDS, check=True,
                stdin=subprocess.DEVNULL,
            )  # fmt: skip
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            # The command's own output may hold secrets: it is not shown.
            message = _("The command of the secret {reference} failed. Run it by hand.")
            raise UnreachableError(say(message, reference=reference)) from error
        return done.stdout.decode(errors="replace").strip()


def check_owner(settings_file: Path, what: str) -> None:
    """Raise SettingsError when others could have written a command that is to be run."""
    facts = settings_file.stat()
    if facts.st_uid not in {0, os.getuid()} or stat.S_IMODE(facts.st_mode) & 0o022:
        message = _(
            "{path} must belong to you or root, and only its owner may write it, before "
            "{reference} is run."
        )
        raise SettingsError(say(message, path=str(settings_file), reference=what))
