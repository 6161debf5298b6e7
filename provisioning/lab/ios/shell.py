"""One session on an emulated switch: prompts, modes, and the faults that strike its lines."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from provisioning.lab.ios.filters import filter_output, split_filter
from provisioning.lab.ios.grammar import Call, Grammar, RefusedLineError
from provisioning.lab.ios.seed import FaultKind
from provisioning.lab.ios.switch import EmulatedSwitch
from provisioning.lab.ios.terminal import CTRL_C, CTRL_Z, HungUpError, Terminal
from provisioning.lab.ios.vlan_database import VlanRefusedError
from provisioning.lab.ios.vlan_lists import BadVlanListError

Handler = Callable[["Shell", Call], Awaitable[str]]
Grammars = Mapping[str, Grammar[Handler]]

_PROMPT_NAME = 20
"""IOS shortens the host name in the prompts of the configuration modes to so many characters."""


class Shell:
    """Runs the lines of one session until the client leaves.

    ``mode`` is a key of ``grammars``; ``targets`` are what a configuration mode works on:
    interface names, VLAN ids, or the header of a block.
    """

    def __init__(
        self, number: int, user: str, switch: EmulatedSwitch, terminal: Terminal, grammars: Grammars
    ) -> None:
        self.id = number
        self.user = user
        self.switch = switch
        self.terminal = terminal
        self.mode = "enable" if switch.seed.login_privilege == 15 else "exec"
        self.targets: tuple[str, ...] = ()
        self.vlan_name = ""
        self.leaving = False
        self._grammars = grammars
        terminal.help = self._help
        self.cut: Callable[[], None] = lambda: None

    @property
    def prompt(self) -> str:
        """What stands before the next line."""
        name = self.switch.hostname
        if self.mode in ("exec", "enable"):
            return name + (">" if self.mode == "exec" else "#")
        return f"{name[:_PROMPT_NAME]}({self.mode})#"

    async def run(self) -> None:
        """Answer line after line; returns when the session ends."""
        try:
            banner = self.switch.banner("motd")
            await self.terminal.write(f"\n{banner}\n" if banner else "\n")
            while not self.leaving:
                await self._one_line()
        except HungUpError:
            return

    def _help(self, line: str) -> str:
        return self._grammars[self.mode].help(line)

    async def _one_line(self) -> None:
        prompt = self.prompt
        typed = await self.terminal.line(prompt)
        line = "" if typed.ended_by == CTRL_C else typed.text
        answer = ""
        if line.strip():
            self.switch.log.write("line", session=self.id, mode=self.mode, line=line.strip())
            answer = await self._strike(line, len(prompt))
        if typed.ended_by in (CTRL_C, CTRL_Z) and self.mode not in ("exec", "enable"):
            answer += self.enter("enable")
        if self.switch.seed.answer_delay:
            await asyncio.sleep(self.switch.seed.answer_delay)
        if answer:
            await self.terminal.page(answer if answer.endswith("\n") else answer + "\n")

    async def _strike(self, line: str, indent: int) -> str:
        """Run a line unless a fault strikes it."""
        match self.switch.fault(line.strip()):
            case FaultKind.REJECT:
                return RefusedLineError(len(line) - len(line.lstrip())).text(indent)
            case FaultKind.SWALLOW:
                return ""
            case FaultKind.DROP:
                self.cut()
                raise HungUpError
            case FaultKind.DROP_AFTER:
                await self.answer(line, indent)
                self.cut()
                raise HungUpError
            case FaultKind.HANG:
                while True:
                    await self.terminal.key()
            case _:
                return await self.answer(line, indent)

    async def answer(self, line: str, indent: int = 0) -> str:
        """Run one line in the present mode; refusals are answers."""
        if line.lstrip().startswith("!"):
            return ""
        try:
            if self.mode in ("exec", "enable"):
                return await self.run_exec(self.mode, line)
            handler, call, said = self._understand(line)
            return said + await handler(self, call)
        except RefusedLineError as refused:
            return refused.text(indent)
        except (BadVlanListError, VlanRefusedError) as refused:
            return f"{refused}\n"

    async def run_exec(self, mode: str, line: str) -> str:
        """A line of the user or privileged mode, with its output filter."""
        command, word, expression = split_filter(line)
        handler, call = self._grammars[mode].parse(command)
        return filter_output(await handler(self, call), word, expression)

    def _understand(self, line: str) -> tuple[Handler, Call, str]:
        """Who answers a line of a configuration mode, and what IOS said before.

        IOS takes a command of the global mode in any mode below it, and leaves that mode.
        """
        try:
            return *self._grammars[self.mode].parse(line), ""
        except RefusedLineError as refused:
            if self.mode == "config":
                raise
            try:
                handler, call = self._grammars["config"].parse(line)
            except RefusedLineError as above:
                raise max(refused, above, key=lambda error: error.position) from None
            return handler, call, self.enter("config")

    def enter(self, mode: str, targets: tuple[str, ...] = ()) -> str:
        """Change the mode; returns what IOS says. Leaving a VLAN's mode makes its change real.

        Source: Catalyst 2960 configuration guide, "Configuring VLANs": what is set in config-vlan
        mode takes effect on leaving it. A session that ends inside it changes nothing.
        """
        message = ""
        if self.mode == "config-vlan":
            try:
                self.switch.vlans.create(map(int, self.targets), self.vlan_name)
                self.switch.vlans_changed()
            except VlanRefusedError as refused:
                message = f"{refused}\n"
        self.mode, self.targets, self.vlan_name = mode, targets, ""
        return message

    async def ask(self, question: str, *, secret: bool = False) -> str:
        """Ask inside a command; the answer is logged unless it is a secret."""
        typed = await self.terminal.line(question, echo=not secret)
        line = "" if secret else typed.text
        self.switch.log.write("line", session=self.id, mode=question.strip(), line=line)
        return typed.text if typed.ended_by == "\r" else CTRL_C
