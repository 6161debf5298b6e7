"""Accounts that were in the directory before us: which new person does each belong to?"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from provisioning.roster.letters import to_letters


class Existing(NamedTuple):
    """An account in the directory that is not ours. Names may be empty."""

    user_name: str
    given_name: str
    family_name: str
    email: str


ReadExisting = Callable[[], Iterable[Existing]]


class Named(NamedTuple):
    """A new person who would get an account."""

    given_name: str
    family_name: str
    email: str


@dataclass
class Matches:
    """`adopted` gives persons the user name they had; `unclear` persons could be several."""

    adopted: dict[str, str] = field(default_factory=dict)
    unclear: set[str] = field(default_factory=set)


def match(people: Mapping[str, Named], existing: Iterable[Existing]) -> Matches:
    """Match by address, else by name where exactly one person and one account have it.

    Nothing is guessed: namesakes on either side are unclear and get no account by this plan.
    """
    accounts = list(existing)
    matches = _by_email(people, accounts)
    taken = set(matches.adopted.values())
    by_name = defaultdict(list)
    for account in accounts:
        if account.user_name not in taken:
            by_name[_name_key(account.given_name, account.family_name)].append(account)
    open_people = {p: n for p, n in people.items() if p not in matches.adopted}
    bearers = Counter(_name_key(n.given_name, n.family_name) for n in open_people.values())
    for person, named in open_people.items():
        key = _name_key(named.given_name, named.family_name)
        if key not in by_name:
            continue
        if bearers[key] == len(by_name[key]) == 1:
            matches.adopted[person] = by_name[key][0].user_name
        else:
            matches.unclear.add(person)
    return matches


def _by_email(people: Mapping[str, Named], accounts: list[Existing]) -> Matches:
    matches = Matches()
    addresses = Counter(a.email.casefold() for a in accounts if a.email)
    owners = {a.email.casefold(): a.user_name for a in accounts if a.email}
    wanted = Counter(n.email.casefold() for n in people.values() if n.email)
    for person, named in people.items():
        address = named.email.casefold()
        if address in owners and addresses[address] == wanted[address] == 1:
            matches.adopted[person] = owners[address]
    return matches


def _name_key(given_name: str, family_name: str) -> tuple[str, str]:
    """First given name and family name as letters: René and Rene are the same here."""
    first = (given_name.split() or [""])[0]
    return to_letters(first), to_letters(family_name)
