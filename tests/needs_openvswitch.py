"""Open vSwitch runs where it can; in CI it must."""

import os

import pytest

from provisioning.lab.openvswitch import obstacle


def needs_openvswitch() -> None:
    """Skip where the real switch cannot run, and say why. With ``CI=true`` that is a failure."""
    reason = obstacle()
    if reason is None:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(str(reason))
    pytest.skip(str(reason))
