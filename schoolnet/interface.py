"""Opens the interface on a place: which screen comes first, and in which language."""

import os
import sys
from collections.abc import Callable
from functools import partial

from schoolnet.place import Place
from schoolnet.sources.workplace import Workplace
from tui.app import SchoolnetApp
from tui.screens.base import BaseScreen
from tui.screens.plan import PlanScreen
from tui.screens.run import RunScreen
from tui.screens.today import TodayScreen
from tui.texts import load_texts, preferred_language


def open_interface(place: Place, plan_id: str = "", run_id: str = "") -> None:
    """Run the interface until the person leaves it; runs go on.

    It begins with today's work, and on it the plan or run, if one is named. Raises
    SchoolnetError when there is no such plan or run, before the screen is touched; SystemExit
    with 128 and its number when a signal ended the interface, with 1 when it broke.
    """
    texts = load_texts(preferred_language(os.environ))
    workplace = Workplace(place)
    above: Callable[[], BaseScreen] | None = None
    if run_id:
        above = partial(RunScreen, texts, workplace.run(run_id))
    elif plan_id:
        above = partial(PlanScreen, texts, workplace.plan(plan_id))
    first = partial(TodayScreen, texts, workplace.today())
    app = SchoolnetApp(texts, workplace, first, above)
    with app.ended_by_signals():
        app.run()
    if app.return_code:
        sys.exit(app.return_code)
