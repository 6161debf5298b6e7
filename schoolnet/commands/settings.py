"""``schoolnet settings show``: what is set, and what can be set."""

from collections.abc import Iterator
from typing import Any, get_args

import typer
from pydantic import BaseModel

from inventory.messages import _
from schoolnet.commands._common import Json, new_app, place_of
from schoolnet.output import put_json, put_table, texts
from schoolnet.settings import Settings

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


def setting_names(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """All settings as they are written in schoolnet.toml: ``directory.url``, ``sources.*.name``."""
    for name, field in model.model_fields.items():
        inner, star = _model_in(field.annotation)
        if inner is None:
            yield prefix + name
        else:
            yield from setting_names(inner, f"{prefix}{name}{star}.")


def _model_in(annotation: Any) -> tuple[type[BaseModel] | None, str]:
    """The settings model inside an annotation, and a star when there may be several."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, ""
    for part in get_args(annotation):
        inner, _star = _model_in(part)
        if inner is not None:
            several = getattr(annotation, "__origin__", None) is not None
            return inner, ".*" if several else ""
    return None, ""


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
