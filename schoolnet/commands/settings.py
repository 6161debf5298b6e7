"""``schoolnet settings show``: what is set, and what can be set."""

from typing import Any

import typer

from inventory.messages import _
from schoolnet.commands._common import Json, new_app, place_of
from schoolnet.output import put_json, put_table, texts
from schoolnet.settings import Settings, setting_names

app = new_app()


@app.callback()
def settings() -> None:
    """Show settings."""


@app.command(help=texts()(_("List every setting with its value; secrets are references only.")))
def show(context: typer.Context, as_json: Json = False) -> None:
    """List settings."""
    loaded = place_of(context).settings
    if as_json:
        put_json(loaded.model_dump(mode="json"))
        return
    rows = [(name, _value(loaded, name)) for name in setting_names(Settings)]
    put_table((_("Setting"), _("Value")), rows)


def _value(value: Any, path: str) -> str:
    """The values at a path; several of them with commas, none when the part is not set."""
    values = [value]
    for name in path.split("."):
        found: list[Any] = []
        for each in values:
            if name == "*":
                found += each.values() if isinstance(each, dict) else each
            elif each is not None:
                found.append(getattr(each, name))
        values = found
    shown = (", ".join(map(str, v)) if isinstance(v, tuple) else str(v) for v in values)
    return "; ".join(text for text in shown if text not in {"", "None"})
