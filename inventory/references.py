"""Secrets are named, never written: ``env:``, ``keyring:``, ``file:`` or ``cmd:`` and where.

``env:NAME``, ``keyring:SERVICE/USER``, ``file:PATH`` (mode 0600), ``cmd:PROGRAM ARGUMENTS``.

Settings hold only references. They are resolved in `schoolnet.secrets`, in the foreground.
"""

from typing import Annotated

from pydantic import AfterValidator

from inventory.messages import _, say

SCHEMES = ("env", "keyring", "file", "cmd")


def _checked(text: str) -> str:
    scheme, _colon, rest = text.partition(":")
    if scheme not in SCHEMES or not rest.strip():
        message = _("a secret is given by reference only: env:NAME, keyring:SERVICE/USER, "
                    "file:PATH (mode 0600) or cmd:PROGRAM ARGUMENTS")  # fmt: skip
        raise ValueError(say(message))
    return text


SecretReference = Annotated[str, AfterValidator(_checked)]
