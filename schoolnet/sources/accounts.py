"""`tui.lives.AccountSource` on the store."""

from collections.abc import Iterator

from inventory.messages import Message
from inventory.records import Account, Device, Loan, School
from inventory.records.people import AccountState
from inventory.store.queries import Eq
from provisioning.roster.leavers import leaver
from schoolnet.holding import hold, release
from schoolnet.place import Place
from tui.lives import Handout, Lent, Life


class StoredAccounts:
    """Accounts of a place, read through one connection."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._reader = place.reader()

    def life(self, kind: str, record: str) -> Life | None:
        """Of an account or of a person's; None: the record has none."""
        if kind not in {"account", "person"}:
            return None
        field = "id" if kind == "account" else "person"
        account = next(self._reader.records(Account, Eq(field=field, value=record)), None)
        return self._life(account) if account else None

    def _life(self, account: Account) -> Life:
        settings, today = self._place.settings.accounts, self._place.today
        school = self._reader.get(School, account.school)
        lent = tuple(sorted(self._lent(account.person)))
        devices = [one.device for one in lent]
        one = leaver(account, settings, school.number if school else "", devices)
        deletes = one.next_state is AccountState.DELETED
        return Life(
            account, one.next_state, one.next_on,
            due=one.next_on is not None and one.next_on <= today,
            lent=lent,
            awaits_devices=deletes and bool(lent) and settings.devices_block_deletion,
            handout=self._handout(account.person),
        )  # fmt: skip

    def _lent(self, person: str) -> Iterator[Lent]:
        for loan in self._reader.records(Loan, Eq(field="person", value=person)):
            if loan.is_out(self._place.today):
                device = self._reader.get(Device, loan.device)
                yield Lent(device.serial if device else loan.device, loan.lent_on)

    def _handout(self, person: str) -> Handout | None:
        from schoolnet.handing import newest_handout  # it loads what speaks to directories

        return newest_handout(self._reader, person)

    def hold(self, user_name: str, reason: str) -> Message:
        """Let no plan disable or delete it."""
        return hold(self._place, user_name, reason)

    def release(self, user_name: str, reason: str) -> Message:
        """Take the hold back."""
        return release(self._place, user_name, reason)
