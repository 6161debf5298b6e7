"""Real servers that need root or more packages run where they can; in CI they must."""

import os

import pytest

from inventory.messages import Message
from provisioning.lab import openvswitch, samba


def needs_openvswitch() -> None:
    """Skip where the real switch cannot run, and say why. With ``CI=true`` that is a failure."""
    _needs(openvswitch.obstacle())


def needs_samba() -> None:
    """Skip where the domain controller cannot run, as above."""
    _needs(samba.obstacle())


def _needs(reason: Message | None) -> None:
    if reason is None:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(str(reason))
    pytest.skip(str(reason))
