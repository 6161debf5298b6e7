"""Emulated Cisco IOS switches over real SSH: the demo and the tests of the driver stand on them.

An emulator, not Cisco's software: texts and behaviour follow Cisco's published guides and
transcripts, and what is not modelled is refused or kept line for line, never invented.
"""

from provisioning.lab.ios.lab import IosLab, LabSwitch
from provisioning.lab.ios.seed import Fault, FaultKind, SwitchSeed, seed_running_config
from provisioning.lab.ios.state import LogEntry, SessionState, SwitchState

__all__ = [
    "Fault",
    "FaultKind",
    "IosLab",
    "LabSwitch",
    "LogEntry",
    "SessionState",
    "SwitchSeed",
    "SwitchState",
    "seed_running_config",
]
