"""Textual's bindings, made from the key table."""

from textual.binding import Binding, BindingType

from tui.keymap import Context, keys_of


def bindings(*contexts: Context) -> list[BindingType]:
    """The bindings of these contexts. Footer and help read the table itself."""
    return [Binding(",".join(key.keys), key.action, show=False) for key in keys_of(*contexts)]
