"""A run in a process of its own, so that a test can kill it: ``python -m tests.network.applying``.

Standard input is one line of JSON: the store, the run, and the logins by credential.
"""

import json
import sys
from pathlib import Path

from pydantic import BaseModel, Field, SecretStr

from inventory.records import Switch
from inventory.store.reading import SqliteReader
from inventory.store.writing import Writer
from provisioning.engine.running import apply_run
from provisioning.engine.spool import Spool
from provisioning.engine.stage import Target, Tools
from provisioning.network.executor import NetworkExecutor
from provisioning.network.planner import NetworkPlanner
from provisioning.network.settings import Login
from tests.network.support import SETTINGS, now

SEALING_KEY = SecretStr("k" * 40)


class Job(BaseModel):
    """What the process is to do."""

    store: Path
    run: str
    logins: dict[str, dict[str, str]] = Field(repr=False)


def tools(job: Job) -> Tools:
    """The engine's tools for this job."""
    logins = {name: Login.model_validate(login) for name, login in job.logins.items()}
    spool = Spool(job.store.parent / "spool", SEALING_KEY)

    def open_target(_name: str) -> Target:
        with SqliteReader(job.store) as reader:
            switches = {switch.id: switch for switch in reader.records(Switch)}
        executor = NetworkExecutor(SETTINGS, logins, switches, spool.seal, job.run)
        return Target(NetworkPlanner(SETTINGS, logins), executor)

    return Tools(
        lambda: SqliteReader(job.store), lambda: Writer(job.store, now, "anna"), open_target
    )


if __name__ == "__main__":
    given = Job.model_validate(json.loads(sys.stdin.readline()))
    print(apply_run(tools(given), given.run).value)  # noqa: T201 - what the test waits for
