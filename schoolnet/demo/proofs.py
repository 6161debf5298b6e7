"""What is on paper in the end: handouts whose passwords work, and the inventory report."""

import re
import shlex
from html import unescape
from pathlib import Path

from pydantic import SecretStr

from inventory.messages import _
from inventory.store.plans import plan_changes
from inventory.store.runs import get_run
from schoolnet import compose
from schoolnet.demo.calling import call
from schoolnet.demo.founding import Ground
from schoolnet.demo.story import Story

_CELLS = re.compile(r"<dd>(.*?)</dd>")
_SIGN = re.compile(r"[^\W_]")


def print_handouts(story: Story, ground: Ground, run_id: str) -> None:
    """Print the handouts and log in with the password of one, as its owner would."""
    folder = ground.place.folder / "handouts"
    story.command(f"{ground.command} handouts {run_id} --output {shlex.quote(str(folder))}")
    answer = call(ground, "handouts", run_id, "--output", str(folder))
    made = answer["handouts"]
    story.numbers(
        [(_("Handouts"), len(made)), (_("Passwords"), sum(one["accounts"] for one in made))]
    )
    first = Path(made[0]["file"])
    user_name, password = _first_page(first)
    story.say("One of them: {file}", file=str(first))
    story.say("  User name {user}, first password {masked}",
              user=user_name, masked=_SIGN.sub("•", password))  # fmt: skip
    _log_in(ground, run_id, user_name, SecretStr(password))
    story.say("{user} can log in to the directory with it.", user=user_name)


def _first_page(file: Path) -> tuple[str, str]:
    """User name and password as they stand on the first page."""
    user_name, password, *_others = _CELLS.findall(file.read_text(encoding="utf-8"))
    return unescape(user_name), unescape(password)


def _log_in(ground: Ground, run_id: str, user_name: str, password: SecretStr) -> None:
    """Raises UsageError when the directory refuses."""
    from provisioning.directory.searching import SearchConnection

    with ground.place.reader() as reader:
        changes = plan_changes(reader, get_run(reader, run_id).plan, "directory")
        entry = next(c.key for c in changes if (c.after or {}).get("uid") == user_name)
    SearchConnection(compose.directory_settings(ground.place), entry, password).close()


def write_report(story: Story, ground: Ground) -> None:
    """Write the inventory of all schools as a workbook."""
    file = ground.place.folder / "inventory.xlsx"
    story.command(f"{ground.command} report devices --output {shlex.quote(str(file))}")
    answer = call(ground, "report", "devices", "--output", str(file))
    story.say("{count} devices, stamped with the journal's head: {file}",
              count=answer["count"], file=str(file))  # fmt: skip
