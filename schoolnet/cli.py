"""The command line. A command's module is imported only when that command is called."""

import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperGroup

from schoolnet import __version__


class Command(NamedTuple):
    """Where a command lives and what it does, in one line of English."""

    module: str
    summary: str


def _(text: str) -> str:
    """Mark a text for the catalogue; it is translated only when help is shown."""
    return text


COMMANDS: dict[str, Command] = {
    "init": Command("init", _("Create an inventory and its settings in a folder")),
    "check": Command("check", _("Check settings, store, secrets and servers")),
    "settings": Command("settings", _("Show what is set, and what can be set")),
    "import": Command("imports", _("Take in rosters from schools, or inventory records")),
    "deliveries": Command("deliveries", _("List what is in force of the exports; withdraw one")),
    "links": Command("links", _("Decide which persons of two schools are one")),
    "plan": Command("plan", _("Compute one staged plan; nothing is changed")),
    "plans": Command("plans", _("List and show plans; exclude and include changes")),
    "apply": Command("apply", _("Apply exactly the plan a digest names")),
    "runs": Command("runs", _("List, follow, pause, cancel, resume and retry runs")),
    "verify": Command("verify", _("Read again and report what differs from the inventory")),
    "list": Command("lists", _("List records of a kind, of now or of a past day")),
    "show": Command("show", _("Show one record and its history")),
    "find": Command("find", _("Find anything by name, serial number or MAC address")),
    "report": Command("report", _("Write a report as CSV, XLSX or JSON")),
    "export": Command("export", _("Write packages for Apple School Manager and OneRoster")),
    "accounts": Command("accounts", _("Show leavers; hold, release or disable single accounts")),
    "rename": Command("rename", _("Give a person other names, protected ones without a trace")),
    "handouts": Command("handouts", _("Print the initial passwords of a run, by class")),
    "reset-password": Command("reset_password", _("Plan new passwords for people or a class")),
    "journal": Command("journal", _("Show and verify the journal; erase a person from it")),
    "tui": Command("tui", _("Open the interface")),
    "lab": Command("lab", _("Start the practice lab: a directory and switches on this machine")),
    "demo": Command("demo", _("Run a whole term start in the practice lab")),
    "run": Command("run", ""),
}
"""`run` carries out a run in its own process; people use `apply` and `runs`."""


class LazyGroup(TyperGroup):
    """Knows the names of all commands and imports the one that is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        """All commands that people use."""
        return [name for name, command in COMMANDS.items() if command.summary]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import the command; help asks for all of them."""
        command = COMMANDS.get(cmd_name)
        if command is None:
            return None
        module = import_module(f"schoolnet.commands.{command.module}")
        built = typer.main.get_command(module.app)
        built.name = cmd_name
        if command.summary:
            from schoolnet.output import texts

            built.help = built.short_help = texts()(command.summary)
        return built


app = typer.Typer(
    cls=LazyGroup, no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)  # fmt: skip


def _show_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"schoolnet {__version__}\n")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Option("-C", "--folder", help="Where schoolnet.toml and the inventory are.")
    ] = Path(),
    _version: Annotated[
        bool,
        typer.Option(
            "--version", help="Show the version and end.", callback=_show_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Manage a city's school IT: inventory, switches and accounts."""
    context.obj = folder


def main() -> None:
    """Run the command line; every error of ours becomes one message and its exit code."""
    try:
        code = app(standalone_mode=False)  # or typer says itself what is wrong, in English
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output went away: nothing more to say
        sys.exit(1)
    except Exception as error:
        sys.exit(_code_of(error))
    sys.exit(code)


def _code_of(error: Exception) -> int:
    """Say what went wrong; whatever is no error of ours or of usage is raised again."""
    from inventory.errors import SchoolnetError
    from schoolnet.output import fail, tell
    from schoolnet.usage import tell_usage

    if isinstance(error, SchoolnetError):
        return fail(error)
    if isinstance(error, typer.Abort):
        tell(_("Not confirmed: nothing was done."))
        return 1
    if hasattr(error, "format_message"):
        return tell_usage(error)
    raise error
