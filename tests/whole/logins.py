"""Whether what a run's handouts say opens the accounts that it made."""

from inventory.records import Account
from inventory.records.changes import Plan
from inventory.store.plans import plan_changes
from inventory.store.runs import outcomes
from provisioning.directory.handouts import made_accounts
from provisioning.directory.passwords import InitialPasswords
from tests.desk import Desk
from tests.directory.support import Server, can_log_in
from tests.whole.seen import keys_of


def assert_handouts_hold(desk: Desk, server: Server, plan: Plan, run: str) -> None:
    """Everybody in the directory has a handout of this run, and can log in with it."""
    entries = keys_of(server)
    with desk.place.reader() as reader:
        made = made_accounts(plan_changes(reader, plan.id, "directory"), outcomes(reader, run))
        owners = {a.user_name: a.person for a in reader.records(Account)}
    passwords = InitialPasswords(desk.place.spool, run)
    printed = {owners[a.user_name]: (group, a) for group, made_ in made.items() for a in made_}
    assert printed.keys() == entries.keys()
    for person, (group, account) in printed.items():
        secret = passwords.password(group, account.change, account.recipe)
        assert can_log_in(server, entries[person], secret.get_secret_value()), account.user_name
