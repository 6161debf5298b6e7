"""The one real switch of the sample city: Open vSwitch with three computers to ping from.

On day one somebody has plugged it as it happens: a computer of a classroom is in the VLAN of the
school office. The inventory wants the classroom together and the office apart.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from types import TracebackType
from typing import NamedTuple, Self

from inventory.records.assets import Switch
from inventory.records.base import Record
from inventory.records.network import Interface, NetworkRole, PortProfile, PortUse, Vlan
from provisioning.lab.city import City
from provisioning.lab.openvswitch import Host, OpenVSwitch

CREDENTIAL = "openvswitch"
"""The name of the login of this switch."""


class _Computer(NamedTuple):
    """A computer and where it hangs: what it is in on day one, and what its socket is for."""

    port: str
    address: str
    before: NetworkRole
    profile: str


_FIRST = _Computer("klasse-1", "10.9.0.1/24", NetworkRole.PEDAGOGIC, "classroom")
_SECOND = _Computer("klasse-2", "10.9.0.2/24", NetworkRole.ADMINISTRATION, "classroom")
_OFFICE = _Computer("buero-1", "10.9.0.3/24", NetworkRole.ADMINISTRATION, "office-without-phone")
_COMPUTERS = (_FIRST, _SECOND, _OFFICE)
_PAIRS = ((_FIRST, _SECOND), (_SECOND, _OFFICE))


class Ping(NamedTuple):
    """Whether one computer reached another, and whether the inventory puts both in one VLAN."""

    here: str
    there: str
    reached: bool
    wanted: bool


class CityOpenVSwitch:
    """The switch and its computers, from entering the context to leaving it. Needs root."""

    def __init__(self, city: City, records: Iterable[Record]) -> None:
        """`records` are the city's: the VLANs and the profile of its classrooms are among them."""
        self._city = city
        known = list(records)
        self._vlans = {v.role: v.vlan_id for v in known if isinstance(v, Vlan) and not v.school}
        self._profiles = {p.name: p for p in known if isinstance(p, PortProfile) and not p.school}
        self.switch = OpenVSwitch()
        self.record_id = city.record_id("switch", "openvswitch")

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self.switch)
            self._hosts: dict[str, Host] = {}
            for computer in _COMPUTERS:
                port = computer.port
                self._hosts[port] = self.switch.host(port, port=port, address=computer.address)
                self.switch.vsctl("set", "port", port, f"tag={self._vlans[computer.before]}")
            stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.switch.__exit__(kind, error, traceback)

    def records(self) -> Iterator[Record]:
        """The switch as the inventory wants it, at the city's first school."""
        school = self._city.members[0]
        switch = Switch(
            id=self.record_id,
            name=f"sw-{school.slug}-ovs",
            platform="openvswitch",
            address=self.switch.ssh.address,
            port=self.switch.ssh.port,
            host_key=self.switch.ssh.host_key,
            credential=CREDENTIAL,
            model="Open vSwitch",
            school=school.id,
        )
        # its telephones have ports of their own: Open vSwitch knows no voice VLAN
        office = PortProfile(
            id=self._city.record_id("port_profile", _OFFICE.profile),
            name=_OFFICE.profile,
            use=PortUse.OFFICE_SOCKET,
            untagged=NetworkRole.ADMINISTRATION,
        )
        profiles = {**self._profiles, office.name: office}
        yield switch
        yield office
        for computer in _COMPUTERS:
            yield Interface(
                id=self._city.record_id("interface", switch.name, computer.port),
                school=school.id,
                switch=switch.id,
                name=computer.port,
                profile=profiles[computer.profile].id,
            )

    def pings(self) -> list[Ping]:
        """Who reaches whom at this moment: two computers of a classroom, and one of them and the
        office's. Takes two seconds where nobody answers.
        """
        with ThreadPoolExecutor(len(_PAIRS)) as side_by_side:
            return list(side_by_side.map(lambda pair: self._ping(*pair), _PAIRS))

    def _ping(self, here: _Computer, there: _Computer) -> Ping:
        reached = self._hosts[here.port].reaches(self._hosts[there.port])
        return Ping(here.port, there.port, reached, here.profile == there.profile)
