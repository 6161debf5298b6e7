"""What is wrong with a command line, in the words of the rest: the library knows English only."""

import re
import sys
from typing import Any

from pydantic import ValidationError

from inventory.messages import Message, _, say
from inventory.validation import reason_of
from schoolnet.output import ERROR, ExitCode, texts

_NO_COMMAND = re.compile(r"No such command '(?P<command>.+?)'\.(?: Did you mean (?P<like>.+)\?)?")
_TOO_MUCH = re.compile(r"Got unexpected extra arguments?(?:\(s\))? \((?P<words>.+)\)")
_NONE_OF = re.compile(r"'(?P<value>.*)' is not one of (?P<known>.+?)\.?$")
_NO_VALUE = re.compile(r"Option '(?P<option>.+)' requires an argument\.")


def tell_usage(error: Any) -> ExitCode:
    """Say what was called wrongly and how it is called, on standard error.

    `error` is an exception of the library behind typer. Its kind is told by its name: typer has
    brought its own copy of click since 0.26, so there are two classes of each name.
    """
    kind = type(error).__name__
    if kind == "NoArgsIsHelpError":
        error.show()
        return ExitCode.USAGE
    say_it, context = texts(), getattr(error, "ctx", None)
    if context is not None:
        pieces = " ".join((context.command_path, *context.command.collect_usage_pieces(context)))
        usage = say_it(_("Usage: {usage}   (more: {command} --help)"), usage=pieces,
                       command=context.command_path)  # fmt: skip
        sys.stderr.write(usage + "\n")
    sys.stderr.write(say_it(ERROR, text=say_it.render(_message(kind, error))) + "\n")
    return ExitCode.USAGE


def _message(kind: str, error: Any) -> Message:
    if kind == "NoSuchOption":
        return _unknown(_("There is no option {name} here."), error.option_name,
                        ", ".join(sorted(error.possibilities or ())))  # fmt: skip
    if kind == "MissingParameter" and error.param is not None:
        return say(_("{name} is missing: name it."), name=_name(error.param))
    if kind == "BadParameter" and error.param is not None:
        return say(_("{name}: {reason}."), name=_name(error.param), reason=_reason(error))
    return _by_text(error.format_message())


def _reason(error: Any) -> Message:
    cause = error.__cause__
    if found := _NONE_OF.search(error.message):
        known = found["known"].replace("'", "")
        return say(_("{value} is none of {known}"), value=found["value"], known=known)
    if isinstance(cause, ValidationError):
        return reason_of(cause.errors(include_url=False)[0])
    return say("{text}", text=error.message.rstrip("."))


def _by_text(text: str) -> Message:
    """What the library raises as one kind of error for all, told apart by its English text."""
    if text == "Missing command.":
        return say(_("A command is missing: name it."))
    if found := _NO_COMMAND.fullmatch(text):
        like = (found["like"] or "").replace("'", "")
        return _unknown(_("There is no command {name} here."), found["command"], like)
    if found := _TOO_MUCH.fullmatch(text):
        return say(_("This is too much: {words}."), words=found["words"])
    if found := _NO_VALUE.fullmatch(text):
        return say(_("The option {option} needs a value behind it."), option=found["option"])
    return say(_("This cannot be understood: {detail}"), detail=text)


def _unknown(message: str, name: str, like: str) -> Message:
    found = say(message, name=name)
    return say(_("{message} Similar: {like}."), message=found, like=like) if like else found


def _name(param: Any) -> str:
    """As the person writes it: ``--school``, or the argument's name in capitals."""
    if param.opts[0].startswith("-"):
        return str(max(param.opts, key=len))
    return str(param.metavar or param.name.upper())
