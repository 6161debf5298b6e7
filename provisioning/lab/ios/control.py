"""How a test looks into the emulator without SSH: requests and answers as JSON lines.

The process reads requests on standard input and writes one answer for each on standard output;
when its input ends, it ends. So it never outlives the program that started it.
"""

import asyncio
import logging
import resource
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from inventory.records.base import Frozen
from provisioning.lab.ios.log import new_sequence
from provisioning.lab.ios.seed import Fault, SwitchSeed
from provisioning.lab.ios.server import SwitchListener
from provisioning.lab.ios.state import SwitchState

READY = "READY "


class Seeds(Frozen):
    """What the process is started with: where logs go, and its switches."""

    folder: Path
    seeds: tuple[SwitchSeed, ...]


class Listening(Frozen):
    """How a switch is reached."""

    port: int
    host_key: str


class Ready(Frozen):
    """Follows `READY` on the first line of output."""

    switches: dict[str, Listening]


class Request(Frozen):
    """One question about, or order to, one switch."""

    switch: str
    action: Literal["state", "carries", "faults", "let_pass", "reload"]
    interface: str = ""
    faults: tuple[Fault, ...] = ()
    minutes: float = 0


class Answer(Frozen):
    """The answer to a request."""

    state: SwitchState | None = None
    carried: tuple[tuple[int, bool], ...] = ()


async def serve(given: Seeds) -> None:
    """Open all switches, say READY, answer requests until the input ends."""
    # Clients that hang up in the middle are what this process is for: no word about them.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # a switch needs three files
    sequence = new_sequence()
    listeners = {seed.name: SwitchListener(seed, given.folder, sequence) for seed in given.seeds}
    for listener in listeners.values():
        await listener.open()
    switches = {
        name: Listening(port=one.port, host_key=one.host_key) for name, one in listeners.items()
    }
    _say(READY + Ready(switches=switches).model_dump_json())
    requests = asyncio.StreamReader(limit=2**20)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(requests), sys.stdin
    )
    while line := await requests.readline():
        request = Request.model_validate_json(line)
        answer = await _answer(listeners[request.switch], request)
        _say(answer.model_dump_json())
    for listener in listeners.values():
        listener.close()


async def _answer(listener: SwitchListener, request: Request) -> Answer:
    switch = listener.switch
    match request.action:
        case "carries":
            return Answer(carried=tuple(switch.carries(request.interface)))
        case "faults":
            switch.set_faults(request.faults)
            await listener.reopen()
        case "let_pass":
            switch.revert.let_pass(request.minutes)
            switch.reload_timer.let_pass(request.minutes)
        case "reload":
            switch.reload()
        case "state":
            return Answer(state=switch.state())
    return Answer()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def read_seeds(arguments: Sequence[str]) -> Seeds:
    """Read the seeds: from a file, or, when it is ``-``, from the first line of input."""
    text = sys.stdin.readline() if arguments[0] == "-" else Path(arguments[0]).read_text()
    return Seeds.model_validate_json(text)
