"""The practice lab: a sample city whose directory and switches answer on this machine.

Its directory is a real OpenLDAP server, its switches are emulated Cisco IOS over real SSH, and
as root one real Open vSwitch joins them. All of it listens on 127.0.0.1 only.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from inventory.errors import SchoolnetError
from inventory.messages import Message
from inventory.records.base import Record
from provisioning.lab import city_openvswitch
from provisioning.lab.certificates import write_private
from provisioning.lab.city import City
from provisioning.lab.city_openvswitch import CityOpenVSwitch
from provisioning.lab.city_records import city_records
from provisioning.lab.city_switches import CREDENTIAL, reachable, running_switches
from provisioning.lab.exports import sources_toml, write_exports
from provisioning.lab.ios import IosLab
from provisioning.lab.openvswitch import obstacle
from provisioning.lab.slapd import Slapd

_SETTINGS = """\
[directory]
url = "{url}"
ca_file = "{lab}/directory/ca.pem"
bind_dn = "{sync}"
password = "file:{lab}/directory/sync.secret"
reader_dn = "{reader}"
reader_password = "file:{lab}/directory/reader.secret"
base = "ou=schools,{base}"
mail = "{{user_name}}@schulen.musterstadt.example"

[network]
start_spread = 0

[network.credentials.{credential}]
username = "{user}"
password = "file:{lab}/switches.secret"
enable = "file:{lab}/switches-enable.secret"
"""
_OPENVSWITCH_SETTINGS = """\

[network.credentials.{credential}]
username = "{user}"
password = "file:{lab}/openvswitch.secret"
"""
_LAB, _EXPORTS = "lab", "exports"


class Practice:
    """The city's servers and switches, from entering the context to leaving it.

    Everything is in `folder`: keys, logs and 0600 files with the passwords in ``lab``, what the
    schools export in ``exports``. `obstacle` says why Open vSwitch is not there.
    """

    def __init__(self, folder: Path, city: City) -> None:
        self.city = city
        self.obstacle: Message | None = obstacle()
        self.openvswitch: CityOpenVSwitch | None = None
        self._folder = folder
        self._day_one = list(city_records(city))
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        lab = self._folder / _LAB
        lab.mkdir(mode=0o700)
        with ExitStack() as stack:
            self.directory = stack.enter_context(Slapd(lab / "directory"))
            seeds = running_switches(self.city, self._day_one)
            self.switches = stack.enter_context(IosLab(lab / "switches", seeds))
            if self.obstacle is None:
                self._start_openvswitch(stack)
            self._write_secrets(lab)
            self._stack = stack.pop_all()
        write_exports(self.city, self._folder / _EXPORTS, self.city.first_year)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.close()

    def records(self) -> Iterator[Record]:
        """What the city owns and wants, with each switch where it answers and its key pinned."""
        yield from reachable(self._day_one, self.switches)
        if self.openvswitch is not None:
            yield from self.openvswitch.records()

    def settings(self) -> str:
        """The sections of schoolnet.toml, in `folder`, that lead to all of this."""
        directory, real = self.directory, self.openvswitch
        text = _SETTINGS.format(
            lab=_LAB,
            url=directory.ldaps_url,
            sync=directory.sync_dn,
            reader=directory.reader_dn,
            base=directory.base,
            credential=CREDENTIAL,
            user=self.switches.switches[0].username,
        )
        if real is not None:
            name = city_openvswitch.CREDENTIAL
            user = real.switch.ssh.user
            text += _OPENVSWITCH_SETTINGS.format(lab=_LAB, credential=name, user=user)
        return f"{text}\n{sources_toml(self.city, _EXPORTS, self.city.first_year)}"

    def _start_openvswitch(self, stack: ExitStack) -> None:
        """Where even root may not make network namespaces (containers), go on without it."""
        try:
            real = CityOpenVSwitch(self.city, self._day_one)
            self.openvswitch = stack.enter_context(real)
        except SchoolnetError as error:
            self.obstacle = error.message

    def _write_secrets(self, lab: Path) -> None:
        """Beside those that the directory keeps itself."""
        first = self.switches.switches[0]  # all share one login
        secrets = {"switches": first.password, "switches-enable": first.enable_secret}
        if self.openvswitch is not None:
            secrets["openvswitch"] = self.openvswitch.switch.ssh.password
        for name, secret in secrets.items():
            write_private(lab / f"{name}.secret", secret.get_secret_value())
