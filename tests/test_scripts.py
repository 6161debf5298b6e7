"""The scripts of the project: what they say, ask, install and leave behind."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.project_files import ROOT

SCRIPTS = ["demo", "test", "lint", "fix", "bench"]
FOREIGN_POLICY = "#!/bin/sh\nexit 0\n"

STUBS = {
    "id": "echo ${FAKE_UID}",
    "dpkg-query": "[ -e installed ] && printf installed",
    "apt-get": './policy; echo "apt-get $*; policy says $?" >>calls; $APT_DOES',
    "update-rc.d": 'echo "update-rc.d $*" >>calls',
    "systemctl": 'echo "systemctl $*" >>calls',
    "sudo": 'echo "sudo $*" >>calls; exit 1',
}
"""Commands that set-up finds instead of the real ones; they note their calls."""


class Machine:
    """A folder that stands for a machine: stubs, a place for the policy, a list of calls."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.policy = folder / "policy"
        shutil.copytree(ROOT / "scripts", folder / "scripts")
        (folder / "stubs").mkdir()
        for name, body in STUBS.items():
            self.stub(name, body)

    def stub(self, name: str, body: str) -> None:
        """Put a command in place of the real one."""
        path = self.folder / "stubs" / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

    @property
    def calls(self) -> str:
        """What the stubs were called with, a line each; the policy as they saw it."""
        path = self.folder / "calls"
        return path.read_text() if path.exists() else ""

    def start(
        self,
        code: str,
        *arguments: str,
        uid: int = 0,
        stdin: int = subprocess.DEVNULL,
        **environment: str,
    ) -> subprocess.Popen[str]:
        """Run lines of shell after set-up is sourced, in a process group of its own."""
        script = self.folder / "scripts" / "stub"  # what the lines take for their own place
        return subprocess.Popen(
            ["sh", "-euc", f'. "${{0%/*}}/setup.sh"; policy=policy; {code}', script, *arguments],
            env={
                "PATH": f"{self.folder}/stubs:{os.environ['PATH']}",
                "FAKE_UID": str(uid),
                "APT_DOES": "true",
                **environment,
            },
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(
        self,
        code: str,
        *arguments: str,
        uid: int = 0,
        stdin: int = subprocess.DEVNULL,
        **environment: str,
    ) -> tuple[int, str]:
        """Run lines of shell to their end: exit code and all output."""
        process = self.start(code, *arguments, uid=uid, stdin=stdin, **environment)
        output, _ = process.communicate()
        return process.returncode, output


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.mark.parametrize("name", SCRIPTS)
def test_help_from_another_folder_without_standard_input(name: str, tmp_path: Path) -> None:
    answer = subprocess.run(
        ["sh", "-c", 'exec "$0" --help <&-', ROOT / "scripts" / name],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.startswith(f"Usage: scripts/{name} ")
    assert answer.stderr == ""


@pytest.mark.parametrize("name", ["lint", "fix"])
def test_an_unknown_option_is_refused(name: str) -> None:
    answer = subprocess.run(
        [ROOT / "scripts" / name, "--nonsense"], capture_output=True, text=True, check=False
    )
    assert answer.returncode == 2
    assert answer.stderr.startswith("Usage: ")


def test_every_script_is_posix_shell_and_described() -> None:
    names = {path.name for path in (ROOT / "scripts").iterdir()}
    assert names == {*SCRIPTS, "setup.sh"}
    for path in (ROOT / "scripts").iterdir():
        subprocess.run(["dash", "-n", path], check=True)


def test_without_a_terminal_nothing_is_installed_and_the_packages_are_named(
    machine: Machine,
) -> None:
    code, output = machine.run("need_packages 'slapd ldap-utils' 'tmux'")
    assert code == 1
    assert "apt-get install --no-install-recommends slapd ldap-utils tmux" in output
    assert "--yes" in output
    assert machine.calls == ""


@pytest.mark.parametrize(("answer", "installs"), [("y", True), ("n", False), ("", False)])
def test_asks_on_a_terminal(machine: Machine, answer: str, installs: bool) -> None:
    keyboard, terminal = os.openpty()
    os.write(keyboard, f"{answer}\n".encode())
    code, output = machine.run("need_packages 'slapd' ''", stdin=terminal)
    os.close(keyboard)
    os.close(terminal)
    assert "[y/N]" in output
    assert (code == 0) == installs
    assert ("install slapd" in machine.calls) == installs


def test_goes_on_without_optional_packages(machine: Machine) -> None:
    code, output = machine.run("need_packages '' 'openvswitch-switch'; echo went on")
    assert code == 0
    assert "apt-get install --no-install-recommends openvswitch-switch" in output
    assert output.endswith("went on\n")
    assert machine.calls == ""


def test_says_nothing_when_all_is_installed(machine: Machine) -> None:
    (machine.folder / "installed").touch()
    assert machine.run("need_packages 'slapd' 'tmux'", CI="true") == (0, "")
    assert machine.calls == ""


@pytest.mark.parametrize(
    ("arguments", "ci"), [(["--yes"], "false"), ([], "true")], ids=["--yes", "CI"]
)
def test_starts_no_service_now_or_later(machine: Machine, arguments: list[str], ci: str) -> None:
    code, _ = machine.run("need_packages 'slapd' 'openssh-server'", *arguments, CI=ci)
    assert code == 0
    assert machine.calls.splitlines() == [
        "apt-get --quiet update; policy says 101",
        "apt-get --quiet --yes --no-install-recommends install slapd openssh-server; "
        "policy says 101",
        "update-rc.d slapd disable",
        "update-rc.d ssh disable",
        "systemctl --quiet disable ssh.socket",
    ]
    assert not machine.policy.exists()


def test_an_active_directory_starts_no_service_either(machine: Machine) -> None:
    code, _ = machine.run('need_packages "" "$domain_packages"', "--yes")
    assert code == 0
    disabled = [line for line in machine.calls.splitlines() if line.startswith("update-rc.d")]
    assert disabled == [
        f"update-rc.d {service} disable" for service in ("smbd", "nmbd", "winbind", "samba-ad-dc")
    ]


def test_a_service_that_cannot_be_disabled_is_named(machine: Machine) -> None:
    machine.stub("update-rc.d", "exit 1")
    code, output = machine.run("need_packages 'slapd tmux' ''", CI="true")
    assert code == 0
    assert "slapd may start at the next boot" in output
    assert "tmux may start" not in output


def test_a_policy_of_the_machine_stays(machine: Machine) -> None:
    machine.policy.write_text(FOREIGN_POLICY)
    machine.policy.chmod(0o755)
    code, _ = machine.run("need_packages 'slapd' ''", CI="true")
    assert code == 0
    assert machine.calls.startswith("apt-get --quiet update; policy says 0\n")
    assert machine.policy.read_text() == FOREIGN_POLICY


def test_a_failed_install_ends_with_the_packages_and_without_a_policy(machine: Machine) -> None:
    code, output = machine.run("need_packages 'slapd' ''", CI="true", APT_DOES="false")
    assert code == 1
    assert "install by hand: slapd" in output
    assert not machine.policy.exists()


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_install_leaves_no_policy(machine: Machine, sent: signal.Signals) -> None:
    os.mkfifo(machine.folder / "reached")
    machine.stub("apt-get", "echo here >reached; exec sleep 60")
    process = machine.start("need_packages 'slapd' ''", CI="true")
    try:
        assert (machine.folder / "reached").read_text() == "here\n"
        assert machine.policy.exists()
    finally:
        os.killpg(process.pid, sent)
        process.communicate()
    assert process.returncode != 0
    assert not machine.policy.exists()


def test_a_policy_that_a_killed_run_left_is_taken_over(machine: Machine) -> None:
    machine.run('printf "#!/bin/sh\\n%s\\nexit 101\\n" "$policy_mark" >policy')
    code, _ = machine.run("need_packages 'slapd' ''", CI="true")
    assert code == 0
    assert not machine.policy.exists()


def test_without_root_sudo_is_asked_for_no_password(machine: Machine) -> None:
    code, output = machine.run("need_packages 'slapd' ''", uid=1000, CI="true")
    assert code == 1
    assert "install by hand: slapd" in output
    assert machine.calls.startswith("sudo -n ")
    assert "apt-get --quiet" not in machine.calls


def test_a_python_that_is_too_old_or_does_not_run_is_passed_over(machine: Machine) -> None:
    for name in ("python3.13", "python3.12", "python3.11", "python3"):
        machine.stub(name, "exit 127")
    code, output = machine.run("find_python")
    assert code == 1
    assert "no Python 3.11 or newer" in output
    machine.stub("python3", "true")
    assert machine.run("find_python") == (0, f"{machine.folder}/stubs/python3\n")
