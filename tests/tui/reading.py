"""Reading the screen as a person would: lines of text."""

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Any

from textual.app import App
from textual.pilot import Pilot

from tui.app import SchoolnetApp
from tui.screens.base import BaseScreen
from tui.sources import Workplace
from tui.texts import Texts

DEADLINE = 10.0


def lines(app: App[Any]) -> list[str]:
    """The screen in front, line by line, without padding."""
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip).rstrip() for strip in strips]


def text(app: App[Any]) -> str:
    """The screen in front as one text."""
    return "\n".join(lines(app))


async def until(pilot: Pilot[Any], holds: Callable[[], bool]) -> None:
    """Wait until something is true; fail with the screen when it never is."""
    deadline = monotonic() + DEADLINE
    while not holds():
        assert monotonic() < deadline, f"waited in vain at:\n{text(pilot.app)}"
        await pilot.pause()
        await asyncio.sleep(0.01)


async def shows(pilot: Pilot[Any], *parts: str) -> None:
    """Wait until the screen shows all these texts."""
    await until(pilot, lambda: all(part in text(pilot.app) for part in parts))


def app_with(texts: Texts, workplace: Workplace, first: Callable[[], BaseScreen]) -> SchoolnetApp:
    """The interface on an invented place."""
    return SchoolnetApp(texts, workplace, first)
