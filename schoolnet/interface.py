"""Opens the interface on a place: which screen comes first, and in which language."""

import os

from inventory.errors import UsageError
from inventory.messages import _, say
from inventory.store.plans import plans
from schoolnet.place import Place
from schoolnet.sources.workplace import Workplace
from tui.app import SchoolnetApp
from tui.screens.base import BaseScreen
from tui.screens.plan import PlanScreen
from tui.screens.run import RunScreen
from tui.texts import load_texts, preferred_language


def open_interface(place: Place, plan_id: str = "", run_id: str = "") -> None:
    """Run the interface until the person leaves it; runs go on."""
    texts = load_texts(preferred_language(os.environ))
    workplace = Workplace(place)

    def first() -> BaseScreen:
        if run_id:
            return RunScreen(texts, workplace.run(run_id))
        chosen = plan_id or _newest_plan(place)
        return PlanScreen(texts, workplace.plan(chosen))

    SchoolnetApp(texts, workplace, first).run()


def _newest_plan(place: Place) -> str:
    with place.reader() as reader:
        newest = next(iter(plans(reader, limit=1)), None)
    if newest is None:
        raise UsageError(say(_("There is no plan yet. Make one with `schoolnet plan`.")))
    return newest.id
