"""What must stand in the environment before Textual is imported. No Textual in it."""

from collections.abc import MutableMapping

OVER_SSH = {
    "TEXTUAL_DISABLE_KITTY_KEY": "1",  # some terminals drop AltGr characters with it
    "TEXTUAL_ANIMATIONS": "none",
    "TEXTUAL_FPS": "30",
}


def prepare_environment(environ: MutableMapping[str, str]) -> None:
    """Set what spares a slow line, where the interface runs over SSH.

    Textual reads these names once, on import. What a person has set stays.
    """
    if "SSH_CONNECTION" in environ or "SSH_TTY" in environ:
        for name, value in OVER_SSH.items():
            environ.setdefault(name, value)
