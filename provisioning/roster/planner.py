"""The roster as a target: the inventory's people against what the exports say."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from pydantic import JsonValue

from inventory.messages import _, say
from inventory.records import School, SchoolClass
from inventory.records.base import Edit, derive_id, unchecked
from inventory.records.changes import Action, Change, Notice, Scope
from inventory.store.codec import codec_of
from inventory.store.deliveries import (
    DeliveredRows,
    hiding_lines,
    newest_deliveries,
    replaced_deliveries,
)
from inventory.store.protocol import Reader
from inventory.store.reading import SqliteReader
from inventory.times import school_year_of
from provisioning.roster.coverage import cover
from provisioning.roster.desired import Wishes
from provisioning.roster.joining import Joined, join_newcomers
from provisioning.roster.leavers import leaver_notices
from provisioning.roster.links import stored_links
from provisioning.roster.matching import Named, ReadExisting, match
from provisioning.roster.people import Known, People, some_at_a_time
from provisioning.roster.wishing import PersonPlan, Rules, plan_person

_make_change = unchecked(Change)


class RosterPlanner:
    """Implements Planner for the inventory itself. Reads deliveries and records, writes nothing."""

    target = "roster"
    reads = frozenset(
        {
            "delivery",
            "school",
            "person",
            "source_key",
            "link",
            "enrolment",
            "school_class",
            "account",
            "loan",
        }
    )

    def __init__(
        self,
        deliveries: SqliteReader,
        rules: Rules,
        read_existing: ReadExisting | None = None,
        *,
        adopt: bool = False,
        expected: Collection[tuple[str, str]] = (),
    ) -> None:
        """`read_existing` lists accounts of the directory that are not ours: their names are
        never given to others, and with `adopt` they are given to the people they belong to.
        `expected` are (school number, role) that some source of the settings delivers.
        """
        self.deliveries = deliveries
        self.rules = rules
        self.read_existing = read_existing
        self.adopt = adopt
        self.expected = expected
        self._last: tuple[str, Sequence[Edit]] = ("", ())
        """The change that was made last, with the edits it was made from: they are asked for
        next, and reading them out of the operations costs as much as making them."""

    def read(self, inventory: Reader, only: frozenset[str] | None = None) -> People:
        """People, keys, enrolments, accounts, loans and classes as they are."""
        return People(inventory, self.rules.day)

    def desired(self, inventory: Reader) -> Wishes:
        """What the newest delivery of every source says."""
        delivered = DeliveredRows(self.deliveries)
        return Wishes(delivered, self.rules.day, stored_links(inventory))

    def compare(self, current: People, desired: Wishes) -> Iterator[Change | Notice | Scope]:
        """What the sources cover, then classes, then one change for each person.

        Raises StaleError when deliveries were taken away meanwhile.
        """
        yield from self._scopes(current.schools)
        made = {}
        for school_class in desired.classes.values():
            if change := self._class_change(current, school_class):
                made[school_class.id] = change.id
                yield change
        classes = {**current.classes, **desired.classes}
        joined = join_newcomers(current, desired)
        yield from joined.notices
        rules, notices = self._rules(current, joined)
        yield from notices
        for plan in self._person_plans(current, joined, classes, rules):
            change = self._person_change(plan, current.schools, classes, made)
            if plan.person.id in rules.namesakes:
                change = change.model_copy(update={"namesake": True})
            yield change
        yield from leaver_notices(current, desired, rules)
        desired.check_kept()
        if desired.guests:
            message = _("{count} guests get no account here: it belongs to their home school.")
            yield Notice(message=say(message, count=desired.guests))

    def _person_plans(
        self, current: People, joined: Joined, classes: Mapping[str, SchoolClass], rules: Rules
    ) -> Iterator[PersonPlan]:
        covered, schools = joined.wishes.covered, current.schools
        for part in some_at_a_time(joined.persons(current.ids)):
            known, wishes = current.of(part), joined.of(part)
            new_keys = {
                key for each, wish in wishes.items()
                for key in wish.keys if each not in known or key not in known[each].keys
            }  # fmt: skip
            here = replace(rules, key_owners=current.owners(new_keys))
            for each in part:
                one = known.get(each) or Known()
                plan = plan_person(
                    each, one, wishes.get(each), covered, schools, classes, here
                )  # fmt: skip
                if plan is not None:
                    yield joined.proposed(plan, one, schools, classes)

    def _rules(self, current: People, joined: Joined) -> tuple[Rules, list[Notice]]:
        """Rules with the accounts of others that are in the directory already."""
        if self.read_existing is None:
            return self.rules, []
        have_one = current.with_account()
        waiting = (each for each in joined.persons(()) if each not in have_one)
        new = {
            person_id: Named(wish.given_name, wish.family_name, wish.service_email)
            for part in some_at_a_time(waiting)
            for person_id, wish in joined.of(part).items()
            if wish.places
        }
        if not new:
            return self.rules, []
        existing = list(self.read_existing())
        for account in existing:
            self.rules.names.reserve(account.user_name)
            self.rules.names.reserve(account.email)
        matches = match(new, existing)
        if self.adopt:
            unclear = frozenset(matches.unclear)
            addresses = {account.user_name: account.email for account in existing}
            rules = replace(
                self.rules, adopted=matches.adopted, unclear=unclear, addresses=addresses
            )
            message = _(
                "{count} people have namesakes among the accounts of the directory. They get no "
                "account by this plan; a plan without --adopt gives them a new one."
            )
            return rules, [Notice(message=say(message, count=len(unclear)))] if unclear else []
        message = _(
            "{count} new people have the name of an account in the directory that is not ours. "
            "To give them those, plan with --adopt; else they get new ones."
        )
        rules = replace(self.rules, namesakes=frozenset(matches.adopted) | matches.unclear)
        found = len(rules.namesakes)
        return rules, [Notice(message=say(message, count=found))] if found else []

    def _scopes(self, schools: Mapping[str, School]) -> Iterator[Scope]:
        numbers = {school.id: school.number for school in schools.values()}
        ids = {number: school for school, number in numbers.items()}
        expected = {(ids[number], role) for number, role in self.expected if number in ids}
        in_force = newest_deliveries(self.deliveries)
        replaced = replaced_deliveries(self.deliveries)
        year = school_year_of(self.rules.day)
        lines = partial(hiding_lines, self.deliveries)
        return cover(in_force, replaced, expected, numbers, year, lines)

    def _class_change(self, current: People, wanted: SchoolClass) -> Change | None:
        before = current.classes.get(wanted.id)
        if before is not None:
            wanted = before.model_copy(update={"grade": wanted.grade})
        if before == wanted:
            return None
        action = Action.UPDATE if before else Action.CREATE
        school = current.schools[wanted.school]
        return Change(
            id=derive_id("roster", "class", wanted.id, action.value), target=self.target,
            action=action, kind="class", key=f"{wanted.name} ({school.number})", record=wanted.id,
            school=wanted.school, before={"grade": before.grade} if before else None,
            after={"name": wanted.name, "grade": wanted.grade},
            reason=say(_("The class is named in an export")),
            operations=(edit_json(Edit(before, wanted)),),
        )  # fmt: skip

    def _person_change(
        self,
        plan: PersonPlan,
        schools: Mapping[str, School],
        classes: Mapping[str, SchoolClass],
        made: Mapping[str, str],
    ) -> Change:
        person = plan.person
        in_classes = [place[2] for place in plan.places if place[2]]
        needs = tuple(dict.fromkeys(made[c] for c in in_classes if c in made))
        name = f"{person.family_name}, {person.given_name}"
        key = f"{name} ({schools[plan.school].number})" if plan.school in schools else name
        change_id = derive_id("roster", "person", person.id, plan.action.value)
        self._last = (change_id, plan.edits)
        return _make_change(
            id=change_id, target=self.target,
            action=plan.action, kind="person", key=key, record=person.id, person=person.id,
            school=plan.school, role=plan.role, year_group=plan.year_group,
            group=in_classes[0] if in_classes else "", needs=needs, before=plan.before,
            after=plan.after, reason=plan.reason, inferred=plan.inferred, risk=plan.risk,
            expected=plan.expected, proposal=plan.proposal, other_person=plan.other_person,
            operations=tuple(map(edit_json, plan.edits)),
        )  # fmt: skip

    def edits(self, change: Change) -> Sequence[Edit]:
        """The exact record edits of a change."""
        made_for, edits = self._last
        return edits if made_for == change.id else edits_of(change)


def edit_json(edit: Edit) -> dict[str, JsonValue]:
    """An edit as a change's operation: kind, and the record before and after."""
    before, after = edit
    codec = codec_of(edit.record.kind)
    return {
        "kind": codec.kind,
        "before": None if before is None else codec.body(codec.values(before)),
        "after": None if after is None else codec.body(codec.values(after)),
    }


def edits_of(change: Change) -> list[Edit]:
    """The edits that a change's operations stand for."""
    found = []
    for operation in change.operations:
        assert isinstance(operation, dict)
        codec = codec_of(str(operation["kind"]))

        def record(body: Any, codec: Any = codec) -> Any:
            return None if body is None else codec.from_body(body)

        found.append(Edit(record(operation["before"]), record(operation["after"])))
    return found
