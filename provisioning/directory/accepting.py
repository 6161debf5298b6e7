"""Accepting drift: what the directory says becomes what the inventory wants, where it can hold it.

What can be held are a person's names, and an account's user name, address and lock. All else
follows from these or comes from the schools' exports, and is put back by applying the plan.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from inventory.errors import UsageError
from inventory.messages import Message, _, say
from inventory.records import Account, Person
from inventory.records.base import Edit
from inventory.records.changes import Action, Change
from inventory.records.people import AccountState
from inventory.store.brought import Brought
from inventory.store.overlay import Overlay
from inventory.store.queries import Eq
from inventory.store.reading import SqliteReader
from provisioning.directory.dialects import dialect_of
from provisioning.directory.dialects.base import Dialect
from provisioning.directory.dn import named_by
from provisioning.directory.drift import LOCK, PLACE, parts_of
from provisioning.directory.ground import MEMBERSHIP, TARGET
from provisioning.directory.layout import lay_out
from provisioning.directory.settings import DirectorySettings
from provisioning.directory.wanted import WantedPerson

_NAMES = {"sn": "family_name", "givenname": "given_name"}


@dataclass
class Accepted:
    """One person's part: the records after, what to remember, and what cannot be held.

    `given` are user names and addresses that the account gets by this. `put_back` are attributes
    whose value in the directory the inventory cannot hold.
    """

    person: Person
    account: Account
    edits: list[Edit] = field(default_factory=list)
    renamed: Person | None = None
    given: list[str] = field(default_factory=list)
    brought: list[Brought] = field(default_factory=list)
    put_back: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Value:
    """What an attribute holds in the directory; `parts` are those of the wish it belongs to."""

    name: str
    part: str
    values: tuple[str, ...]


def accept(
    reader: SqliteReader,
    settings: DirectorySettings,
    changes: Sequence[Change],
    known: Callable[[str], Brought | None],
    day: date,
    reason: str,
) -> list[Accepted]:
    """What accepting these changes means for the inventory; nothing is written.

    `reader` gets an overlay. Raises UsageError, naming the change, where there is no drift or
    where nothing of it can be held.
    """
    by_person: defaultdict[str, list[Change]] = defaultdict(list)
    for change in changes:
        if problem := _not_acceptable(change):
            raise UsageError(problem)
        by_person[change.person].append(change)
    dialect = dialect_of(settings)
    found = {
        person: list(_values(dialect, mine)) for person, mine in by_person.items()
    }  # fmt: skip
    accepted = [_taken(reader, dialect, one, values, day, reason) for one, values in found.items()]
    overlay = Overlay(reader)
    overlay.put([edit for one in accepted for edit in one.edits])
    overlay.show()
    desired = lay_out(reader, settings, day)
    wanted = {person.record: person for person in desired.persons}
    for one in accepted:
        if one.person.id not in wanted:
            told = [n.message for n in desired.notices if n.record == one.person.id]
            raise UsageError(told[0] if told else _cannot(by_person[one.person.id][0]))
        _compare(one, wanted[one.person.id], found[one.person.id], settings, known)
        if not one.edits:
            raise UsageError(_cannot(by_person[one.person.id][0]))
    return accepted


def _not_acceptable(change: Change) -> Message | None:
    if not change.drift or change.target != TARGET:
        message = _("{key} is no drift: the inventory wants it so. Apply the change, or exclude "
                    "it.")  # fmt: skip
        return say(message, key=change.key)
    if change.kind == MEMBERSHIP:
        message = _("Who is in which class or role comes from the schools' exports: {key} cannot "
                    "be accepted. Apply the change, or have the school correct it.")  # fmt: skip
        return say(message, key=change.key)
    if change.kind != "person":
        message = _("Units and groups follow from schools and classes: {key} cannot be accepted. "
                    "Apply the change.")  # fmt: skip
        return say(message, key=change.key)
    if change.action is Action.MOVE:
        message = _("The home school comes from the schools' exports: {key} cannot be accepted. "
                    "Apply the change, or have the school correct it.")  # fmt: skip
        return say(message, key=change.key)
    if change.action is Action.CREATE:
        message = _("That {key} vanished cannot be accepted: somebody at a school has an account. "
                    "Apply the change; an account ends when its owner leaves.")  # fmt: skip
        return say(message, key=change.key)
    return None


def _cannot(change: Change) -> Message:
    message = _("The inventory cannot hold {what} of {key}: it follows from names, roles and "
                "settings. Apply the change.")  # fmt: skip
    return say(message, what=", ".join(change.drift), key=change.key)


def _values(dialect: Dialect, changes: Iterable[Change]) -> Iterator[_Value]:
    """What the directory holds where the changes are drift."""
    for change in changes:
        operation: Any = change.operations[0]
        if operation["op"] == "modify_dn":
            yield _Value(PLACE, PLACE, (named_by(operation["dn"])[1],))
        if operation["op"] == "accept":
            raise UsageError(say(_("Applying the change takes {key} for ours; there is nothing "
                                   "else to accept."), key=change.key))  # fmt: skip
        for name in change.drift if operation["op"] == "modify" else ():
            held = [v for verb, at, v in operation["changes"] if (verb, at) == ("delete", name)]
            part = LOCK if name == dialect.lock_name else name
            yield _Value(name, part, tuple(value for values in held for value in values))


def _taken(
    reader: SqliteReader, dialect: Dialect, person_id: str, values: Sequence[_Value], day: date,
    reason: str,
) -> Accepted:  # fmt: skip
    person = reader.get(Person, person_id)
    account = next(reader.records(Account, Eq(field="person", value=person_id)), None)
    if person is None or account is None:
        raise UsageError(_("This person has no account any more. Make a new plan."))
    names: dict[str, str] = {}
    update: dict[str, object] = {}
    for value in values:
        single = value.values[0].strip() if len(value.values) == 1 else ""
        low = value.name.lower()
        if value.part == LOCK:
            update |= _locked(account, day, reason)
        elif low == "givenname" and not value.values:
            names["given_name"] = ""
        elif not single:
            continue
        elif low in _NAMES:
            names[_NAMES[low]] = single
        elif low == "mail":
            update["email"] = single
        elif value.name in {PLACE, dialect.user_name}:
            if update.get("user_name", single) != single:
                message = _("{key} bears two other names, {one} and {two}. Accept one of them.")
                raise UsageError(say(message, key=account.user_name, one=single,
                                     two=str(update["user_name"])))  # fmt: skip
            update["user_name"] = single
    return _edited(person, account, names, update)


def _edited(
    person: Person, account: Account, names: Mapping[str, str], update: Mapping[str, object]
) -> Accepted:
    found = Accepted(person, account)
    renamed = person.model_copy(update=dict(names))
    changed = account.model_copy(update=dict(update))
    if renamed != person:
        found.renamed = renamed
        found.edits.append(Edit(person, renamed))
    if changed != account:
        found.edits.append(Edit(account, changed))
        had = {"", account.user_name, account.email}
        found.given = [n for n in (changed.user_name, changed.email) if n not in had]
    return found


def _locked(account: Account, day: date, reason: str) -> dict[str, object]:
    """The state that the lock, or its absence, stands for; held, so that no import undoes it."""
    if account.state is AccountState.DELETED:
        message = _("The account {name} is deleted in the inventory. Apply the change.")
        raise UsageError(say(message, name=account.user_name))
    if account.state is not AccountState.DISABLED:
        return {"state": AccountState.DISABLED, "disabled_on": day, "held": reason}
    if account.left_on is None:  # locked by such a decision before
        return {"state": AccountState.ACTIVE, "disabled_on": None, "held": ""}
    return {"state": AccountState.GRACE, "disabled_on": None, "held": reason}


def _compare(
    one: Accepted,
    wanted: WantedPerson,
    values: Iterable[_Value],
    settings: DirectorySettings,
    known: Callable[[str], Brought | None],
) -> None:
    """Which values the inventory holds now: these are remembered, the others are put back."""
    now, before = parts_of(wanted), known(settings.key(wanted.record))
    parts = dict(before.parts) if before else {}
    for value in values:
        if value.part == LOCK:
            holds = True
        elif value.part == PLACE:
            holds = value.values == (wanted.name,)
        else:
            holds = wanted.attributes.get(value.name, ()) == value.values
        if holds:
            parts[value.part] = now[value.part]
        else:
            one.put_back.append(value.name)
    if before:
        one.brought.append(before._replace(parts=parts))
