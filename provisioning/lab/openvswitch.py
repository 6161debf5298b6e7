"""A real switch in the lab: Open vSwitch with its userspace datapath, and hosts to ping from.

Every switch and every host is a network namespace of its own without a name, so that any number
of labs run side by side, nothing touches the machine's network, and the kernel removes all of it
when its processes end. The switch is managed as a real one: over SSH, with ``ovs-vsctl`` in the
shell. Needs root and Debian's packages openvswitch-switch, openssh-server, iproute2, ethtool and
iputils-ping, but no kernel module and no running service.
"""

import os
import shutil
import tempfile
from contextlib import ExitStack
from ipaddress import ip_interface
from pathlib import Path
from types import TracebackType
from typing import Self

from inventory.messages import Message, _, say
from provisioning.lab.process_tree import ProcessTree, run
from provisioning.lab.sshd import Sshd

_SCHEMA = Path("/usr/share/openvswitch/vswitch.ovsschema")
_TUN = Path("/dev/net/tun")

_PACKAGES = {
    "ovs-vswitchd": "openvswitch-switch",
    "sshd": "openssh-server",
    "ip": "iproute2",
    "ethtool": "ethtool",
    "ping": "iputils-ping",
    "unshare": "util-linux",
    "perl": "perl-base",
}

_PING_SECONDS = 2
"""Long enough for ARP and a first answer on a busy machine; an answer ends the wait at once."""


def obstacle() -> Message | None:
    """Why this machine cannot run the switch, and what to do about it; None when it can."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    packages = sorted(
        {package for program, package in _PACKAGES.items() if not shutil.which(program, path=path)}
    )
    if packages:
        return say(
            _("Open vSwitch needs Debian packages: run apt-get install {packages}."),
            packages=" ".join(packages),
        )
    if os.geteuid() != 0:
        return say(_("Open vSwitch needs network namespaces: run this as root."))
    if not _TUN.exists():
        return say(
            _("Open vSwitch needs {device}: load the kernel's tun module or pass the device in."),
            device=str(_TUN),
        )
    return None


class Host:
    """A computer at the end of a cable."""

    def __init__(self, tree: ProcessTree, address: str) -> None:
        self.address = str(ip_interface(address).ip)
        self._tree = tree

    def inside(self, *argv: str) -> list[str]:
        """The command that runs `argv` on this host."""
        return self._tree.inside(*argv)

    def reaches(self, other: "Host") -> bool:
        """True when a ping to the other host is answered within two seconds."""
        ping = 'ping -n -c 1 -i 0.2 -w "$1" "$2" || true'  # no answer is an answer here
        said = run(self.inside("sh", "-c", ping, "sh", str(_PING_SECONDS), other.address))
        return " 1 received" in said


class OpenVSwitch:
    """One switch with one bridge, ``br0``, from entering the context to leaving it."""

    bridge = "br0"

    def __init__(self) -> None:
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="schoolnet-ovs-"))
            self._folder = Path(folder)
            self._socket = f"unix:{folder}/db.sock"
            self._start_database(stack)
            self._start_switch(stack)
            self.ssh = stack.enter_context(Sshd(self._folder / "ssh", self._shell()))
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.close()

    def vsctl(self, *arguments: str) -> str:
        """Run ``ovs-vsctl``; returns when the switch does as told. Raises SchoolnetError."""
        return run(
            [
                *("ovs-vsctl", f"--db={self._socket}", "--retry", "--timeout=10", "-vsyslog:off"),
                *arguments,
            ]
        )

    def host(self, name: str, *, port: str, address: str) -> Host:
        """Plug a computer with this address (``10.9.0.1/24``) into a port.

        A port that the switch does not know yet is added: it carries every VLAN.
        """
        tree = self._namespace(name)
        run(
            [
                *("ip", "link", "add", "eth0", "netns", str(tree.pid), "type", "veth"),
                *("peer", "name", port, "netns", str(self._switch.pid)),
            ]
        )
        # the userspace datapath forwards packets as they are: a checksum left to a network card
        # that does not exist stays wrong (ping works, TCP does not)
        run(tree.inside("ethtool", "-K", "eth0", "tx", "off", "rx", "off"))
        run(tree.inside("ip", "address", "add", address, "dev", "eth0"))
        run(tree.inside("ip", "link", "set", "eth0", "up"))
        self._plug(port)
        return Host(tree, address)

    def link(self, port: str, other: "OpenVSwitch", other_port: str) -> None:
        """Run a cable between a port of this switch and one of another."""
        run(
            [
                *("ip", "link", "add", port, "netns", str(self._switch.pid), "type", "veth"),
                *("peer", "name", other_port, "netns", str(other._switch.pid)),
            ]
        )
        self._plug(port)
        other._plug(other_port)

    def _plug(self, port: str) -> None:
        run(self._switch.inside("ip", "link", "set", port, "up"))
        self.vsctl("--may-exist", "add-port", self.bridge, port)

    def _namespace(self, name: str) -> ProcessTree:
        tree = ProcessTree(
            name, ["sleep", "infinity"], self._folder / f"host-{name}.log", network=True
        )
        self._stack.callback(tree.end)
        return tree

    def _start_database(self, stack: ExitStack) -> None:
        database = str(self._folder / "conf.db")
        run(["ovsdb-tool", "create", database, str(_SCHEMA)])
        server = ProcessTree(
            "ovsdb-server",
            [
                *("ovsdb-server", database, f"--remote=p{self._socket}"),
                *(f"--unixctl={self._folder}/ovsdb.ctl", "-vsyslog:off"),
            ],
            self._folder / "ovsdb-server.log",
        )
        stack.callback(server.end)
        server.await_((self._folder / "db.sock").exists)
        self.vsctl("--no-wait", "init")

    def _start_switch(self, stack: ExitStack) -> None:
        # no kernel datapath: the module is absent on many machines and shared on the others
        self._switch = ProcessTree(
            "ovs-vswitchd",
            [
                *("ovs-vswitchd", self._socket, "--disable-system", "--disable-system-route"),
                *(f"--unixctl={self._folder}/vswitchd.ctl", "-vsyslog:off"),
            ],
            self._folder / "ovs-vswitchd.log",
            network=True,
            env={"OVS_RUNDIR": str(self._folder)},
        )
        stack.callback(self._switch.end)
        self.vsctl(
            *("add-br", self.bridge, "--", "set", "bridge", self.bridge, "datapath_type=netdev")
        )

    def _shell(self) -> list[str]:
        # a prompt with $: netmiko takes # for a mode that it must leave, and waits for another
        return [
            *("env", f"OVS_RUNDIR={self._folder}", f"PS1={self.bridge}$ "),
            *self._switch.inside("bash", "--norc", "--noprofile"),
        ]
