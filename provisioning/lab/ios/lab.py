"""The emulated switches of a lab, seen from the program that starts them."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import SecretStr

from inventory.errors import SchoolnetError
from inventory.messages import _
from provisioning.lab.ios.log import read_log
from provisioning.lab.ios.seed import Fault, SwitchSeed
from provisioning.lab.ios.state import LogEntry, SwitchState

_SECONDS_TO_END = 10
_PACKAGES = Path(__file__).parents[3]
"""Where this package was imported from; its process imports the same one."""


class IosLab:
    """Emulated IOS switches in a process of their own, from entering the context to leaving it.

    ``with IosLab(folder, seeds) as lab: lab["sw-nord-01"].port``. Logs and what the process says
    on standard error go to ``folder``; secrets only through a pipe. Standard input is the leash:
    when this program dies, the process ends.
    """

    def __init__(self, folder: Path, seeds: Iterable[SwitchSeed]) -> None:
        self._folder = folder
        self._seeds = {seed.name: seed for seed in seeds}
        self._switches: dict[str, LabSwitch] = {}
        self._process: subprocess.Popen[str] | None = None
        self._talking = threading.Lock()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def __getitem__(self, name: str) -> "LabSwitch":
        return self._switches[name]

    @property
    def switches(self) -> tuple["LabSwitch", ...]:
        """All switches, in the order of their seeds."""
        return tuple(self._switches.values())

    @property
    def pid(self) -> int:
        """The process of the emulator, for tests that stop or kill it."""
        assert self._process is not None, "start() comes first"
        return self._process.pid

    def start(self) -> None:
        """Start the process and wait until every switch can be reached.

        Raises SchoolnetError with what the process said when it does not start.
        """
        if find_spec("asyncssh") is None:
            raise SchoolnetError(
                _("Emulated switches need the extra 'lab': pipx install 'schoolnet[lab]'")
            )
        self._folder.mkdir(parents=True, exist_ok=True)
        errors = self._folder / "emulator.err"
        with errors.open("w") as stderr:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "provisioning.lab.ios", "-"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                env={**os.environ, "PYTHONPATH": str(_PACKAGES)},
                start_new_session=True,  # an interrupt at the keyboard is for us, not for it
            )
        seeds = [seed.model_dump(mode="json") for seed in self._seeds.values()]
        first = self._talk({"folder": str(self._folder), "seeds": seeds})
        word, _space, ready = first.partition(" ")
        if word != "READY":
            self.stop()
            raise SchoolnetError(
                _("The emulated switches did not start. They said: {output}"),
                output=errors.read_text().strip()[-500:] or "-",
            )
        for name, reached in json.loads(ready)["switches"].items():
            self._switches[name] = LabSwitch(self, self._seeds[name], **reached)

    def stop(self) -> None:
        """End the process; nothing happens when it is not running."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.close()
            process.wait(_SECONDS_TO_END)
        except (subprocess.TimeoutExpired, BrokenPipeError):
            process.kill()
            process.wait()
        process.stdout.close()

    def ask(self, **request: object) -> dict[str, object]:
        """One request to the process (see `control.Request`) and its answer."""
        line = self._talk(request)
        if not line:
            raise SchoolnetError(
                _("The emulated switches ended by themselves. See {file}."),
                file=str(self._folder / "emulator.err"),
            )
        answer: dict[str, object] = json.loads(line)
        return answer

    def log_of(self, name: str) -> list[LogEntry]:
        """The log of one switch."""
        return read_log(self._folder / f"{name}.jsonl")

    def _talk(self, request: dict[str, object]) -> str:
        assert self._process is not None, "start() comes first"
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._talking:
            try:
                self._process.stdin.write(json.dumps(request) + "\n")
                self._process.stdin.flush()
            except BrokenPipeError:
                return ""
            return self._process.stdout.readline()


class LabSwitch:
    """One emulated switch: how to reach it, and what it looks like from inside."""

    host = "127.0.0.1"

    def __init__(self, lab: IosLab, seed: SwitchSeed, port: int, host_key: str) -> None:
        self._lab = lab
        self.seed = seed
        self.port = port
        self.host_key = host_key
        """the advertised key: ``ssh-ed25519 AAAA…``"""

    @property
    def name(self) -> str:
        """Its name in the lab and its first host name."""
        return self.seed.name

    @property
    def username(self) -> str:
        """Who may log in."""
        return self.seed.username

    @property
    def password(self) -> SecretStr:
        """What the user logs in with."""
        return self.seed.password

    @property
    def enable_secret(self) -> SecretStr:
        """What ``enable`` asks for."""
        return self.seed.enable_secret

    @property
    def state(self) -> SwitchState:
        """Everything the switch knows at this moment."""
        return SwitchState.model_validate(self._ask("state")["state"])

    @property
    def log(self) -> list[LogEntry]:
        """Every connection, log-in attempt and line so far."""
        return self._lab.log_of(self.name)

    @property
    def lines(self) -> list[str]:
        """Every line that was typed, in order; empty where it was a secret."""
        return [entry.line for entry in self.log if entry.kind == "line"]

    def carries(self, interface: str) -> set[tuple[int, bool]]:
        """The VLANs that leave the interface, each with whether it is tagged."""
        carried = self._ask("carries", interface=interface)["carried"]
        assert isinstance(carried, list)
        return {(vlan, tagged) for vlan, tagged in carried}

    def set_faults(self, *faults: Fault) -> None:
        """Replace its faults while it runs; none: it is well again."""
        self._ask("faults", faults=[fault.model_dump(mode="json") for fault in faults])

    def let_pass(self, minutes: float) -> None:
        """As if so many minutes of its revert and reload timers were over now."""
        self._ask("let_pass", minutes=minutes)

    def reload(self) -> None:
        """Pull the plug: it starts again from startup-config and vlan.dat."""
        self._ask("reload")

    def _ask(self, action: str, **fields: object) -> dict[str, object]:
        return self._lab.ask(switch=self.name, action=action, **fields)
