"""Secrets are named, never written: ``env:``, ``keyring:``, ``file:`` or ``cmd:`` and where.

``env:NAME``, ``keyring:SERVICE/USER``, ``file:PATH`` (mode 0600), ``cmd:PROGRAM ARGUMENTS``.

Settings hold only references. They are resolved in `schoolnet.secrets`, in the foreground.
"""

from typing import Annotated

from pydantic import AfterValidator

SCHEMES = ("env", "keyring", "file", "cmd")


def _checked(text: str) -> str:
    scheme, _, rest = text.partition(":")
    if scheme not in SCHEMES or not rest.strip():
        raise ValueError(
            "a secret is given by reference only: env:NAME, keyring:SERVICE/USER, file:PATH "
            "(mode 0600) or cmd:PROGRAM ARGUMENTS"
        )
    return text


SecretReference = Annotated[str, AfterValidator(_checked)]
