"""One server for a whole run, where a name stands for many (a domain, a round robin).

What one domain controller was told the others know seconds or minutes later. A run that reads
from another than it wrote to would see nothing of its work, and make an account twice.
"""

import json

from inventory.errors import UnreachableError
from inventory.messages import _
from provisioning.directory.settings import DirectorySettings
from provisioning.engine.spool import Spool


class Pin:
    """The first server that answers is the one that counts from then on.

    `address` is where it is, empty before; `name` what it calls itself, where it does. An
    address that is `remembered` from before may be another server's by now, or nobody's.
    """

    def __init__(self, address: str = "", name: str = "") -> None:
        self.address = address
        self.name = name
        self.remembered = bool(address)

    def check(self, settings: DirectorySettings, address: str, name: str) -> None:
        """Keep the server that has answered; raise UnreachableError when it is another one."""
        if self.name and self.name != name:
            raise UnreachableError(
                _(
                    "The run was begun with {name}, and now {other} answers for {url}. What was "
                    "written may not be known there yet: let {name} run, then go on."
                ),
                name=self.name,
                other=name or address,
                url=settings.url,
            )
        if self.remembered or not self.address:
            self.address, self.name, self.remembered = address, name, False


class RunPin(Pin):
    """The pin of one run, kept in the spool: a resumed run goes on with the same server.

    Only a server that says its name is kept; any other could not be told from its neighbour.
    """

    def __init__(self, spool: Spool, run: str) -> None:
        self._spool = spool
        self._file = f"server-{run}"
        kept = json.loads(spool.open(self._file)) if spool.holds(self._file) else {}
        super().__init__(**kept)

    def check(self, settings: DirectorySettings, address: str, name: str) -> None:
        """As above; what is kept is on disk on return."""
        known = (self.address, self.name)
        super().check(settings, address, name)
        if self.name and known != (self.address, self.name):
            kept = json.dumps({"address": self.address, "name": self.name})
            self._spool.seal(self._file, kept.encode())
