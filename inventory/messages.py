"""What the lower floors say: an id and its parameters. Sentences are made above.

A message id is the English sentence with ``{named}`` parameters. gettext looks the
id up in the German catalogue; without a catalogue the id itself is readable. Lower floors
mark an id with ``_`` (which returns it unchanged) so that the catalogue tool finds it.
"""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict


def _(message_id: str) -> str:
    """Mark a message id for the catalogue; return it unchanged."""
    return message_id


class Message(BaseModel):
    """A sentence that is not yet in any language. A parameter may be one too: a reason in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    parameters: Mapping[str, "str | int | Message"] = {}

    def __str__(self) -> str:
        """Render in English, for logs and tests."""
        return self.id.format_map(self.parameters)


def say(message_id: str, **parameters: str | int | Message) -> Message:
    """Build a Message: ``say(_("{count} rows read"), count=3)``."""
    return Message(id=message_id, parameters=parameters)
