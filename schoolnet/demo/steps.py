"""The steps of the demo: what a school authority does at the start of a term, and its proofs."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator

from inventory.errors import SchoolnetError, UnreachableError
from inventory.messages import _
from inventory.records import Switch
from inventory.records.changes import Change, Plan, Selection
from inventory.store.plans import get_plan, plan_changes
from schoolnet.demo.applying import apply_plan
from schoolnet.demo.calling import call
from schoolnet.demo.founding import Ground
from schoolnet.demo.story import Story
from schoolnet.output import ExitCode, texts

COUNT = 8
"""How many steps there are; founding is the first."""

_IN_ONE_ROOM = _("  {here} > {there}, in the same classroom: {answer}")
_TO_THE_OFFICE = _("  {here} > {there}, from a classroom to the school office: {answer}")
_SHOWN_KINDS = ("person", "membership", "vlan", "interface")


def show_city(story: Story, ground: Ground) -> None:
    """What was founded, and what runs."""
    names = {
        "school": _("Schools"), "room": _("Rooms"), "device": _("Devices"),
        "access_point": _("Access points"), "switch": _("Switches"),
        "interface": _("Interfaces"),
    }  # fmt: skip
    story.numbers((shown, ground.counts[kind]) for kind, shown in names.items())
    lab = ground.lab
    story.say("Folder: {folder}", folder=str(ground.place.folder))
    story.say("A real directory server, OpenLDAP: {url}", url=lab.directory.ldaps_url)
    story.say(
        "Emulated Cisco IOS switches (an emulator, not Cisco's software), over real SSH: {count}",
        count=len(lab.switches.switches),
    )
    if lab.openvswitch is None:
        if os.geteuid() != 0:
            story.say("A real switch, Open vSwitch, joins when this is run as root.")
        elif lab.obstacle is not None:
            story.say("A real switch, Open vSwitch, cannot join:")
            story.render(lab.obstacle)
    else:
        story.say("A real switch, Open vSwitch, over SSH, with three computers that ping:")
        _ping(story, ground)


def take_in(story: Story, ground: Ground) -> None:
    """Import the files of all schools."""
    story.command(f"{ground.command} import roster")
    answer = call(ground, "import", "roster")
    rows: Counter[str] = Counter()
    for delivery in answer["deliveries"]:
        rows[delivery["role"]] += delivery["row_count"]
    encodings = sorted({delivery["encoding"] for delivery in answer["deliveries"]})
    story.numbers(
        [
            (_("Files"), len(answer["deliveries"])),
            (_("Pupils"), rows["student"]),
            (_("Teachers"), rows["teacher"]),
            (_("Rows that could not be read"), answer["lost"]),
        ]
    )
    story.say("Encodings found: {encodings}. Columns that nobody maps (addresses, telephones) are "
              "not stored.", encodings=", ".join(encodings))  # fmt: skip


def plan(story: Story, ground: Ground) -> Plan:
    """Make the plan and show it."""
    story.command(f"{ground.command} plan")
    made = _planned(ground, ExitCode.PENDING)
    story.plan(made)
    story.say("Some of its changes, with exactly what will be sent:")
    real = ground.lab.openvswitch.record_id if ground.lab.openvswitch else ""
    with ground.place.reader() as reader:
        for target in ("directory", "network"):
            for change in _samples(plan_changes(reader, made.id, target), real):
                story.change(change)
    return made


def apply(story: Story, ground: Ground, made: Plan) -> str:
    """Apply exactly this plan; returns the run's id."""
    digest = made.digest(Selection())
    story.command(f"{ground.command} apply {made.id} --digest {digest[:12]} --yes")
    run = apply_plan(ground, made, digest, story.progress)
    story.say("All {count} changes are done, and were read again.", count=run.total)
    if ground.lab.openvswitch is not None:
        story.say("The three computers ping once more:")
        if not _ping(story, ground):
            raise SchoolnetError(_("The real switch does not forward as its ports say."))
    return run.id


def verify(story: Story, ground: Ground) -> None:
    """Read the directory and all switches once more."""
    story.command(f"{ground.command} verify")
    call(ground, "verify")
    story.say("Directory and switches are as the inventory wants them.")


def plan_again(story: Story, ground: Ground) -> None:
    """Prove that nothing is left to do."""
    story.command(f"{ground.command} plan")
    story.plan(_planned(ground, ExitCode.DONE))


def _planned(ground: Ground, expected: ExitCode) -> Plan:
    """The plan just made. Raises UnreachableError for a switch that is not in it, and why."""
    answer = call(ground, "plan", expected=expected)
    with ground.place.reader() as reader:
        made = get_plan(reader, answer["plan"])
        for notice in made.notices:
            if reader.get(Switch, notice.record):
                raise UnreachableError(notice.message)
    return made


def _samples(changes: Iterable[Change], real_switch: str) -> Iterator[Change]:
    """The first change of each kind; one of the real switch besides."""
    seen: set[tuple[str, bool]] = set()
    for change in changes:
        kind = (change.kind, change.group == real_switch)
        if change.kind in _SHOWN_KINDS and change.operations and kind not in seen:
            seen.add(kind)
            yield change


def _ping(story: Story, ground: Ground) -> bool:
    """Show who reaches whom; True when it is as the inventory wants it."""
    assert ground.lab.openvswitch is not None
    pings = ground.lab.openvswitch.pings()
    for ping in pings:
        sentence = _IN_ONE_ROOM if ping.wanted else _TO_THE_OFFICE
        answer = texts()(_("an answer") if ping.reached else _("no answer"))
        story.say(sentence, here=ping.here, there=ping.there, answer=answer)
    return all(ping.reached is ping.wanted for ping in pings)
