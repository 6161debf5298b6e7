"""Handouts: who gets which paper with user name and first password, by class or role."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pydantic import SecretStr

from inventory.messages import Message, _, say
from inventory.records import School, SchoolClass
from inventory.records.changes import Change
from inventory.records.runs import Outcome
from inventory.store.protocol import Reader
from provisioning.directory.ground import TARGET
from provisioning.directory.passwords import InitialPasswords
from provisioning.directory.recipes import Recipe, must_change, recipe_of, sets_password
from provisioning.directory.wanted import ROLE_GROUPS, role_group_id


@dataclass(frozen=True, slots=True)
class Account:
    """What one sheet shows, but for the password: that is derived when it is made.

    `apart` stands at the name where somebody else in the class has the same one.
    """

    change: str
    name: str
    user_name: str
    role: str
    recipe: Recipe
    must_change: bool
    person: str = ""
    apart: Message | None = None


@dataclass(frozen=True, slots=True)
class Title:
    """What a handout is called: its school, and the class or role."""

    school: str
    group: Message


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one person gets."""

    account: Account
    password: SecretStr


@dataclass(frozen=True, slots=True)
class Handout:
    """One group of accounts with new passwords, and what its paper is called."""

    group: str
    title: Title
    accounts: list[Account]

    def sheets(self, passwords: InitialPasswords) -> list[Sheet]:
        """What each person gets. Raises SealError when the group's key was destroyed."""
        return [
            Sheet(one, passwords.password(self.group, one.change, one.recipe))
            for one in self.accounts
        ]


def made_accounts(
    changes: Iterable[Change], outcomes: Mapping[str, Outcome]
) -> dict[str, list[Account]]:
    """The accounts that a run really gave a password, by handout group, in the plan's order."""
    found: defaultdict[str, list[Account]] = defaultdict(list)
    for change in changes:
        if change.target == TARGET and sets_password(change) and _good(outcomes.get(change.id)):
            shown = change.after or {}
            account = Account(
                change=change.id,
                name=str(shown.get("displayName", "")),
                user_name=str(shown.get("uid") or shown.get("sAMAccountName", "")),
                role=change.role,
                recipe=recipe_of(change),
                must_change=must_change(change),
                person=change.person,
            )
            found[change.group].append(account)
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
