"""Draws docs/plan-screen.svg: the newest plan of a folder, on the program's own plan screen.

``schoolnet demo --folder FOLDER`` makes a folder with invented people; then, in the project
folder, ``.venv/bin/python docs/picture.py FOLDER``.
"""

import sys
from pathlib import Path

from inventory.store.plans import plans
from schoolnet.place import Place
from schoolnet.sources.workplace import Workplace
from tui.picture import save_plan_picture
from tui.texts import load_texts

PICTURE = Path(__file__).with_name("plan-screen.svg")
KEYS = ("down", "down", "right", "down", "right", "down", "down", "right", *["down"] * 3)
"""Opens the third stage, its first school and the second switch, and goes to its third port."""


def draw(folder: Path) -> None:
    """Draw the newest plan of the folder that has something to do."""
    place = Place(folder)
    with place.reader() as reader:
        newest = next(p for p in plans(reader) if any(any(s.counts.values()) for s in p.stages))
    workplace = Workplace(place)
    save_plan_picture(workplace, workplace.plan(newest.id), load_texts("en"), PICTURE, KEYS)


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
