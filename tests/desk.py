"""A place in a temporary folder, worked through the same functions as the command line."""

import secrets
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from inventory.records import Account, School
from inventory.records.base import Edit, Record
from inventory.records.changes import Change, Plan
from inventory.records.deliveries import Delivery
from inventory.records.people import AccountState
from inventory.records.runs import RunState
from inventory.rosters.catalogue import READERS
from inventory.rosters.settings import SourceSettings
from inventory.store.journals import verify_journal
from inventory.store.plans import get_selection, plan_changes
from inventory.store.writing import create_store
from inventory.times import school_year_of
from provisioning.engine.planning import make_plan
from provisioning.engine.running import apply_run
from provisioning.engine.starting import approve, new_run
from provisioning.roster.covering import Source
from provisioning.roster.former import FormerNames
from provisioning.roster.importing import store_reading
from schoolnet import compose
from schoolnet.place import Place

NO_GRACE = "[[accounts.life]]\ngrace_days = 0\n"
"""Settings under which leavers are disabled at once."""


class Hand:
    """A clock that a test turns; each look moves it by a millisecond."""

    def __init__(self, day: date = date(2026, 8, 20)) -> None:
        self.turn_to(day)

    def turn_to(self, day: date) -> None:
        """Go to eight o'clock of a day."""
        self.now = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


class Desk:
    """Import, plan and apply in this process."""

    def __init__(self, folder: Path, settings: str = "", sources: str = "") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        key = folder / "sealing.key"
        key.write_text(secrets.token_urlsafe(32))
        key.chmod(0o600)
        text = f'sealing_key = "file:{key.name}"\n{settings}\n{sources}\n'
        (folder / "schoolnet.toml").write_text(text, encoding="utf-8")
        (folder / "schoolnet.toml").chmod(0o600)
        self.clock = Hand()
        self.place = Place(folder, clock=self.clock)
        create_store(self.place.store)

    @classmethod
    def reopen(cls, folder: Path, day: date) -> "Desk":
        """A desk on a copied folder, on another day."""
        desk = cls.__new__(cls)
        desk.clock = Hand(day)
        desk.place = Place(folder, clock=desk.clock)
        return desk

    def add(self, *records: Record) -> None:
        """Put records into the inventory."""
        with self.place.writer() as writer:
            writer.edit([Edit(None, record) for record in records])

    def take_in(
        self,
        source: SourceSettings,
        path: Path,
        year: str = "",
        lifted: dict[str, str] | None = None,
    ) -> list[Delivery]:
        """Import one file."""
        with self.place.reader() as reader, self.place.writer() as writer:
            school = self.place.school(reader, source.school)
            reading = READERS[source.format](path, source.options(self.place.today))
            year = year or reading.school_year or source.school_year or ""
            year = year or school_year_of(self.place.today)
            ids = source.system if "student" in source.roles else f"{source.system}/staff"
            facts = Source(source.name, ids, school, source.roles, year)
            former = FormerNames(reader, self.place.hasher)
            return store_reading(reader, writer, reading, facts, lifted or {}, former)

    def plan(
        self,
        *targets: str,
        schools: frozenset[str] = frozenset(),
        adopt: bool = False,
        day: date | None = None,
    ) -> Plan:
        """Make a plan of these targets (none: the roster) for a day (none: today)."""
        with ExitStack() as stack:
            reader = stack.enter_context(self.place.reader())
            writer = stack.enter_context(self.place.writer())
            day = day or self.place.today
            planners = compose.planners(self.place, targets or ("roster",), day, stack, adopt=adopt)
            guards = compose.guards(self.place, reader, day)
            return make_plan(planners, reader, writer, guards, day=day.isoformat(), schools=schools)

    def changes(self, plan: Plan) -> list[Change]:
        """All changes of a plan."""
        with self.place.reader() as reader:
            return list(plan_changes(reader, plan.id))

    def approve_all(self, plan: Plan) -> int:
        """Approve every group the plan proposes; returns how many changes they hold."""
        proposed = [hold for hold in plan.holds if hold.proposed]
        with self.place.reader() as reader, self.place.writer() as writer:
            for hold in proposed:
                approve(reader, writer, plan, hold.name, "test")
        return sum(len(hold.changes) for hold in proposed)

    def enter(self, plan: Plan, lift: tuple[str, ...] = ()) -> str:
        """Enter a run of the plan; returns its id."""
        with self.place.reader() as reader, self.place.writer() as writer:
            digest = plan.digest(get_selection(reader, plan.id))
            lifted = dict.fromkeys(lift, "test")
            return new_run(reader, writer, plan, digest, self.place.lock, lifted).id

    def apply(self, plan: Plan, lift: tuple[str, ...] = ()) -> RunState:
        """Apply a plan in this process."""
        run_id = self.enter(plan, lift)
        return apply_run(compose.tools(self.place, run_id), run_id)

    def accounts(self) -> dict[str, AccountState]:
        """User name -> state."""
        with self.place.reader() as reader:
            return {a.user_name: a.state for a in reader.records(Account)}

    def all_accounts(self) -> list[Account]:
        """All accounts."""
        with self.place.reader() as reader:
            return list(reader.records(Account))

    def all(self, model: type[School] | type[Record]) -> list[Record]:
        """All records of a kind."""
        with self.place.reader() as reader:
            return list(reader.records(model))

    def check_journal(self) -> None:
        """The journal holds."""
        with self.place.reader() as reader:
            assert list(verify_journal(reader)) == []


def count(plan: Plan, action: str, target: str = "roster") -> int:
    """How many changes of an action a stage of the plan has."""
    return next(s.counts[action] for s in plan.stages if s.target == target)


def guards(plan: Plan) -> list[str]:
    """The guards that stop the plan: what it only proposes stops nothing."""
    return [hold.name for hold in plan.holds if not hold.proposed]


def total(plan: Plan) -> int:
    """All changes of a plan."""
    return sum(sum(stage.counts.values()) for stage in plan.stages)
