import html
from pathlib import Path
from xml.etree import ElementTree

from tests.tui.fakes import workplace
from tests.tui.test_texts import GERMAN
from tui.picture import save_plan_picture


def test_the_picture_shows_a_change_and_asks_no_foreign_host(tmp_path: Path) -> None:
    place, path = workplace(), tmp_path / "plan.svg"
    keys = ("down", "right", "down", "right", "down", "right", "down")
    save_plan_picture(place, place.plan_, GERMAN, path, keys)
    svg = path.read_text(encoding="utf-8")
    ElementTree.fromstring(svg)
    shown = html.unescape(svg).replace("\N{NO-BREAK SPACE}", " ")
    assert "~ sw-nord-02 Gi1/0/14" in shown
    assert "Genau das wird gesendet" in shown
    assert "@font-face" not in svg
    assert "url(http" not in svg
    assert "href" not in svg
