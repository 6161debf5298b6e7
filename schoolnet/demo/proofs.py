"""What is on paper in the end: handouts whose passwords work, and the inventory report."""

import re
import shlex

from pydantic import SecretStr

from inventory.messages import _
from inventory.store.plans import plan_changes
from inventory.store.runs import get_run, outcomes
from provisioning.directory.handouts import made_accounts
from provisioning.directory.passwords import InitialPasswords
from schoolnet import servers
from schoolnet.demo.calling import call
from schoolnet.demo.founding import Ground
from schoolnet.demo.story import Story

_SIGN = re.compile(r"[^\W_]")


def print_handouts(story: Story, ground: Ground, run_id: str) -> None:
    """Print the handouts and log in with the password of one, as its owner would."""
    folder = ground.place.folder / "handouts"
    options = ["--output", str(folder), "--reason", "First day of school"]
    story.command(f"{ground.command} handouts {run_id} {shlex.join(options)}")
    answer = call(ground, "handouts", run_id, *options)
    made = answer["handouts"]
    story.numbers(
        [(_("Handouts"), len(made)), (_("Passwords"), sum(one["accounts"] for one in made))]
    )
    user_name, password = _first_account(ground, run_id, made[0]["group"])
    story.say("One of them: {file}", file=made[0]["file"])
    story.say("  User name {user}, first password {masked}",
              user=user_name, masked=_SIGN.sub("•", password.get_secret_value()))  # fmt: skip
    _log_in(ground, run_id, user_name, password)
    story.say("{user} can log in to the directory with it.", user=user_name)


def _first_account(ground: Ground, run_id: str, group: str) -> tuple[str, SecretStr]:
    """User name and password as they stand on the first sheet of a group."""
    with ground.place.reader() as reader:
        changes = plan_changes(reader, get_run(reader, run_id).plan, "directory")
        account = made_accounts(changes, outcomes(reader, run_id))[group][0]
    passwords = InitialPasswords(ground.place.spool, run_id)
    return account.user_name, passwords.password(group, account.change, account.recipe)


def _log_in(ground: Ground, run_id: str, user_name: str, password: SecretStr) -> None:
    """Raises UsageError when the directory refuses."""
    from provisioning.directory.searching import SearchConnection

    with ground.place.reader() as reader:
        changes = plan_changes(reader, get_run(reader, run_id).plan, "directory")
        entry = next(c.key for c in changes if (c.after or {}).get("uid") == user_name)
    SearchConnection(servers.directory_settings(ground.place), entry, password).close()


def write_report(story: Story, ground: Ground) -> None:
    """Write the inventory of all schools as a workbook."""
    file = ground.place.folder / "inventory.xlsx"
    story.command(f"{ground.command} report devices --output {shlex.quote(str(file))}")
    answer = call(ground, "report", "devices", "--output", str(file))
    story.say("{count} devices, stamped with the journal's head: {file}",
              count=answer["count"], file=str(file))  # fmt: skip
