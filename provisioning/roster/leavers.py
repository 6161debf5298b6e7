"""Leavers: what comes next for whom, what holds an account back, and who still has devices."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from inventory.messages import _, say
from inventory.records import Account, Device, Loan, School
from inventory.records.changes import Notice
from inventory.records.people import AccountState
from inventory.store.protocol import Reader
from provisioning.roster.desired import Wishes
from provisioning.roster.life import LEAVING, coming, days_of, due
from provisioning.roster.people import Known, People, some_at_a_time
from provisioning.roster.settings import AccountSettings
from provisioning.roster.wishing import Rules


def leaver_notices(people: People, wishes: Wishes, rules: Rules) -> Iterator[Notice]:
    """One notice for each account that would go on but for a hold or devices, and one a school
    for all devices that leavers still have.
    """
    with_devices: Counter[str] = Counter()
    devices: Counter[str] = Counter()
    schools = people.schools
    for person_id, known, account in _leaving(people, wishes):
        if known.devices:
            with_devices[account.school] += 1
            devices[account.school] += known.devices
        number = schools[account.school].number if account.school in schools else ""
        step = due(account, rules.days(known, number), rules.day)
        if step and account.held:
            message = _("The account {name} stays as it is, because it is held: {reason}")
            told = say(message, name=account.user_name, reason=account.held)
            yield Notice(school=account.school, record=person_id, message=told)
        elif (step is AccountState.DELETED and known.devices
              and rules.settings.devices_block_deletion):  # fmt: skip
            message = _("The account {name} is not deleted: {count} lent devices are not back. "
                        "Enter their return, then plan again.")  # fmt: skip
            told = say(message, name=account.user_name, count=known.devices)
            yield Notice(school=account.school, record=person_id, message=told)
    for school, count in with_devices.items():
        message = _("{school}: lent devices that are not back from people who have left: {devices} "
                    "(people: {count}). `schoolnet accounts leavers` names them.")  # fmt: skip
        name = schools[school].name if school in schools else school
        told = say(message, school=name, count=count, devices=devices[school])
        yield Notice(school=school, message=told)


def _leaving(people: People, wishes: Wishes) -> Iterator[tuple[str, Known, Account]]:
    """Who has left for certain, and their accounts."""
    for part in some_at_a_time(people.with_leaving_account()):
        wished = wishes.of(part)
        for person_id, known in people.of(part).items():
            wish = wished.get(person_id)
            gone = wish is None or not (wish.places or wish.lost)
            if known.leaving is not None and gone:
                yield person_id, known, known.leaving


class Leaver(NamedTuple):
    """An account whose owner has left. `next_state` comes on `next_on`, unless it is held."""

    account: Account
    next_state: AccountState | None
    next_on: date | None
    devices: list[str]
    """Serial numbers of lent devices."""


def leavers(reader: Reader, settings: AccountSettings, day: date) -> Iterator[Leaver]:
    """All accounts in grace and disabled ones, by user name."""
    numbers = {school.id: school.number for school in reader.records(School)}
    lent: defaultdict[str, list[str]] = defaultdict(list)
    for loan in reader.records(Loan):
        if loan.is_out(day):
            device = reader.get(Device, loan.device)
            lent[loan.person].append(device.serial if device else loan.device)
    accounts = (a for a in reader.records(Account) if a.state in LEAVING)
    for account in sorted(accounts, key=lambda account: account.user_name):
        number = numbers.get(account.school, "")
        yield leaver(account, settings, number, sorted(lent[account.person]))


def leaver(
    account: Account, settings: AccountSettings, school_number: str, devices: list[str]
) -> Leaver:
    """What days alone lead one account to; in other states than these two: nothing."""
    days = days_of(settings.life, account.left_as, school_number)
    state, on = coming(account, days) or (None, None)
    return Leaver(account, state, on, devices)
