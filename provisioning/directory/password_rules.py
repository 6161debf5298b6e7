"""Which password an account gets, and whether the directory's policy would take it."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from pydantic import JsonValue

from inventory.messages import Message, _, say
from inventory.records.changes import Notice
from provisioning.directory.operations import Operation
from provisioning.directory.password_policy import Policy
from provisioning.directory.password_settings import PasswordSettings
from provisioning.directory.recipes import GROUP, LISTS
from provisioning.directory.wanted import WantedPerson

_PARTS = re.compile(r"[^\W_]{3,}")
"""Parts of a name that a password must not hold ([MS-SAMR] 3.1.1.7.2, rule on display names)."""
_ALL_WORDS = {name: "\n".join(words) for name, words in LISTS.items()}


class PasswordRules:
    """The settings' choice for each person, judged by the policy; says in the end what fails."""

    def __init__(
        self, settings: PasswordSettings | None = None, policy: Policy | None = None
    ) -> None:
        self._settings = settings or PasswordSettings()
        self._policy = policy
        self._choices: dict[tuple[str, str, str], _Choice] = {}
        self._refused: Counter[str] = Counter()
        self._asked = 0

    def refuses(self, person: WantedPerson) -> bool:
        """True when the policy would not take the person's password: no account is planned."""
        choice = self._choice(person)
        self._refused[choice.profile] += choice.refused
        return choice.refused

    def add_to(self, operation: Operation, person: WantedPerson) -> None:
        """Let an operation set the person's password, by its recipe: never the password itself.

        `must_change` is the wish that another one is chosen at the first login; each kind of
        directory says that in its own way.
        """
        choice = self._choice(person)
        shown = " ".join((person.name, *person.attributes.get("displayName", ())))
        parts = {part.casefold() for part in _PARTS.findall(shown)}
        avoid = sorted(part for part in parts if _may_occur(part, choice.words))
        operation["password"] = {**choice.recipe, "avoid": avoid} if avoid else choice.recipe
        if choice.must_change:
            operation["must_change"] = True
            self._asked += 1

    def notices(self) -> Iterator[Notice]:
        """What the policy refuses or does not support, once for all whom it concerns."""
        for name, count in self._refused.items():
            if count and (refusal := self._refusal(name, count)):
                yield Notice(message=refusal)
        if self._asked and self._policy and not self._policy.must_change:
            message = _(
                "First logins that should ask for another password: {count}. The directory will "
                "not ask, because pwdMustChange is not TRUE in {policy}. Set it there."
            )
            yield Notice(message=say(message, count=self._asked, policy=self._policy.name))

    def _refusal(self, name: str, count: int = 1) -> Message | None:
        recipe = self._settings.profile(name).recipe()
        return self._policy.refusal(name, recipe, count) if self._policy else None

    def _choice(self, person: WantedPerson) -> "_Choice":
        scope = (person.role, person.school_type, person.year_group)
        if scope not in self._choices:
            name, must_change = self._settings.choice(*scope)
            profile = self._settings.profile(name)
            self._choices[scope] = _Choice(
                profile=name,
                recipe=profile.recipe().stored(),
                words=profile.list if profile.words else "",
                must_change=must_change,
                refused=self._refusal(name) is not None,
            )
        return self._choices[scope]


@dataclass(frozen=True, slots=True)
class _Choice:
    """What the settings say for one scope; `words` is the list they are taken from."""

    profile: str
    recipe: Mapping[str, JsonValue]
    words: str
    must_change: bool
    refused: bool


@cache
def _may_occur(part: str, words: str) -> bool:
    """Whether a password of these words, or else of characters, can hold a part of a name."""
    return part in _ALL_WORDS[words] if words else len(part) <= GROUP
