"""The terminal line of one session: keys in, echo and paged text out."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

CTRL_C = "\x03"
CTRL_Z = "\x1a"
CTRL_V = "\x16"
_ERASE = ("\x08", "\x7f")
_BELL = "\a"
_LONGEST_LINE = 254
"""IOS takes no more characters in one line."""
_MORE = " --More-- "


class HungUpError(Exception):
    """The client is gone."""


@dataclass(frozen=True)
class Typed:
    """One line and the key that ended it: Return, Ctrl+C or Ctrl+Z."""

    text: str
    ended_by: str = "\r"


class Terminal:
    """Reads keys from the client and writes to it.

    ``link`` is set while management traffic passes; while it is not, nothing moves in either
    direction, as when frames are lost on the way.
    """

    def __init__(self, send: Callable[[str], None], link: asyncio.Event) -> None:
        self.length = 24
        self.width = 80
        self.help: Callable[[str], str] = lambda _line: ""
        """what ``?`` shows after a begun line; typed text takes it only after Ctrl+V"""
        self._send = send
        self._link = link
        self._keys: deque[str] = deque()
        self._arrived: asyncio.Queue[str | None] = asyncio.Queue()
        self._gone = False

    def feed(self, data: str | None) -> None:
        """Take what the client sent; None when it is gone."""
        self._gone = self._gone or data is None
        self._arrived.put_nowait(data)

    async def write(self, text: str) -> None:
        """Write text; its line ends become those of a terminal."""
        await self._link.wait()
        if self._gone:
            raise HungUpError
        self._send(text.replace("\r\n", "\n").replace("\n", "\r\n"))

    async def key(self) -> str:
        """The next key. Raises HungUpError."""
        while not self._keys:
            data = await self._arrived.get()
            await self._link.wait()
            if data is None or self._gone:
                raise HungUpError
            self._keys.extend(data)
        return self._keys.popleft()

    async def line(self, prompt: str, *, echo: bool = True) -> Typed:
        """Ask for one line. Echoes what is typed unless it is a secret."""
        await self.write(prompt)
        text = ""
        echoed = ""
        while True:
            if echoed and not self._keys:
                await self.write(echoed)
                echoed = ""
            key = await self.key()
            if key in ("\r", "\n", CTRL_C, CTRL_Z):
                if key == "\r" and self._keys and self._keys[0] == "\n":
                    self._keys.popleft()
                shown = {CTRL_C: "^C", CTRL_Z: "^Z"}.get(key, "")
                await self.write(f"{echoed}{shown}\n")
                return Typed(text, "\r" if key == "\n" else key)
            if key == CTRL_V:
                key = await self.key()
            elif key == "?" and echo:
                await self.write(f"{echoed}?\n{self.help(text)}\n{prompt}{text}")
                echoed = ""
                continue
            if key in _ERASE:
                echoed += "\b \b" if text and echo else ""
                text = text[:-1]
            elif len(text) == _LONGEST_LINE:
                echoed += _BELL
            elif key.isprintable():
                text += key
                echoed += self._echo(prompt, text) if echo else ""

    def _echo(self, prompt: str, text: str) -> str:
        """A line that reaches the terminal's width is scrolled, as IOS does it."""
        room = self.width - len(prompt) - 2
        if self.width == 0 or len(text) <= room:
            return text[-1]
        shown = "$" + text[-(room - 10) :]
        if (len(text) - room) % 10 == 1:
            return "\b" * room + shown + " " * 9 + "\b" * 9
        return text[-1]

    async def page(self, text: str) -> None:
        """Write text, pausing after each screen until a key comes (``terminal length``)."""
        lines = text.split("\n")
        screen = self.length - 1
        while self.length and len(lines) > screen + 1:
            await self.write("\n".join(lines[:screen]) + "\n" + _MORE)
            del lines[:screen]
            key = await self.key()
            await self.write("\b" * 9 + " " * 8 + "\b" * 9)
            if key not in (" ", "\r", "\n"):
                await self.write("\n")
                return
            screen = 1 if key in ("\r", "\n") else self.length - 1
        await self.write("\n".join(lines))
