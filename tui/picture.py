"""Pictures of the interface for the documentation, drawn by the interface itself.

The SVG names no foreign host: the font that the drawing library would load from one is left to
the viewer, who has some fixed-width font.
"""

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path

from tui.app import SchoolnetApp
from tui.screens.plan import PlanScreen
from tui.sources import PlanSource, Workplace
from tui.texts import Texts

SIZE = (100, 30)
_WEB_FONT = re.compile(r"@font-face\s*\{[^}]*\}\s*")


def save_plan_picture(
    workplace: Workplace, plan: PlanSource, texts: Texts, path: Path, keys: Sequence[str] = ()
) -> None:
    """Write the plan screen as SVG, after these keys were pressed on it.

    ``("right", "down", "right", "down", "right", "down")`` opens the first stage, school and
    target and goes to the first change.
    """
    app = SchoolnetApp(texts, workplace, lambda: PlanScreen(texts, plan))
    path.write_text(asyncio.run(_draw(app, keys)), encoding="utf-8")


async def _draw(app: SchoolnetApp, keys: Sequence[str]) -> str:
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(*keys)
        await pilot.pause()
        return _WEB_FONT.sub("", app.export_screenshot(title="schoolnet"))
