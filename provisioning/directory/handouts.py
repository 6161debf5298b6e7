"""Handouts: one page a person with user name and first password, printed from a sealed key."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from inventory.messages import Message, _, say
from inventory.records import School, SchoolClass
from inventory.records.changes import Change
from inventory.records.runs import Outcome
from inventory.store.protocol import Reader
from provisioning.directory.ground import TARGET
from provisioning.directory.layout import ROLE_GROUPS, role_group_id
from provisioning.directory.passwords import InitialPasswords
from provisioning.directory.recipes import Recipe, recipe_of, sets_password
from provisioning.engine.spool import write_private

_STYLE = """
body { font: 14pt/1.5 sans-serif; margin: 2cm }
section { break-after: page; max-width: 16cm }
section:last-child { break-after: auto }
h1 { font-size: 18pt; margin-bottom: 0 }
dt { margin-top: 1em }
dd { margin: 0; font: bold 18pt/1.4 monospace }
"""


@dataclass(frozen=True, slots=True)
class Account:
    """What one page shows, but for the password: that is derived when the page is made."""

    change: str
    name: str
    user_name: str
    recipe: Recipe


@dataclass(frozen=True, slots=True)
class Title:
    """What a handout is called: its school, and the class or role."""

    school: str
    group: Message


def made_accounts(
    changes: Iterable[Change], outcomes: Mapping[str, Outcome]
) -> dict[str, list[Account]]:
    """The accounts that a run really gave a password, by handout group, in the plan's order."""
    found: defaultdict[str, list[Account]] = defaultdict(list)
    for change in changes:
        if change.target == TARGET and sets_password(change) and _good(outcomes.get(change.id)):
            shown = change.after or {}
            name, user_name = str(shown.get("displayName", "")), str(shown.get("uid", ""))
            found[change.group].append(Account(change.id, name, user_name, recipe_of(change)))
    return dict(found)


def _good(outcome: Outcome | None) -> bool:
    return outcome is not None and outcome.good


def handout_titles(inventory: Reader) -> dict[str, Title]:
    """The title of every handout group there can be, by group id."""
    schools = {school.id: school for school in inventory.records(School)}
    roles = {
        "students": say(_("Students")),
        "teachers": say(_("Teachers")),
        "staff": say(_("Staff")),
    }
    found = {}
    for school in schools.values():
        found[school.id] = Title(school.name, say(_("Further accounts")))
        for name in ROLE_GROUPS.values():
            found[role_group_id(school.id, name)] = Title(school.name, roles[name])
    for one in inventory.records(SchoolClass):
        if one.school in schools:
            title = say(_("Class {name}"), name=one.name)
            found[one.id] = Title(schools[one.school].name, title)
    return found


def render_handout(
    title: Title,
    group: str,
    accounts: Sequence[Account],
    passwords: InitialPasswords,
    translate: Callable[[Message], str],
    language: str = "de",
) -> str:
    """The handout of one group as HTML to print, one page a person.

    Raises SealError when the group's key was destroyed: then there is no handout any more.
    """
    heading = escape(f"{title.school} · {translate(title.group)}")
    labels = {
        "user": translate(say(_("User name"))),
        "first": translate(say(_("First password"))),
        "hint": translate(
            say(
                _(
                    "This sheet is for you alone. Type the password exactly as it stands here, "
                    "with its hyphens and capitals, and choose your own as soon as you can."
                )
            )
        ),
    }
    pages = []
    for account in accounts:
        secret = passwords.password(group, account.change, account.recipe).get_secret_value()
        pages.append(
            f"<section><p>{heading}</p><h1>{escape(account.name)}</h1><dl>"
            f"<dt>{escape(labels['user'])}</dt><dd>{escape(account.user_name)}</dd>"
            f"<dt>{escape(labels['first'])}</dt><dd>{escape(secret)}</dd></dl>"
            f"<p>{escape(labels['hint'])}</p></section>"
        )
    return (
        f'<!doctype html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">'
        f"<title>{heading}</title><style>{_STYLE}</style></head>\n<body>\n"
        + "\n".join(pages)
        + "\n</body></html>\n"
    )


def save_handout(path: Path, text: str) -> None:
    """Write a handout for its owner's eyes only (0600). Raises OSError."""
    write_private(path, text.encode())
