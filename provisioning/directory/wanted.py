"""The entries a directory should hold, and what their keys are made of.

`layout` makes them from the inventory; `entry_changes` compares them with the entries there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from inventory.messages import Message
from inventory.records import Account, Enrolment, Person, School, SchoolClass
from inventory.records.base import derive_id
from inventory.records.changes import Notice
from inventory.records.people import AccountState, Role
from provisioning.directory.dialects.base import Kind

READS = frozenset(model.kind for model in (School, Person, Account, Enrolment, SchoolClass))
"""The kinds of records that entries are made of."""
NAMED_BY: Mapping[Kind, str] = {"unit": "ou", "person": "cn", "group": "cn"}
ROLE_GROUPS: Mapping[Role, str] = {
    Role.TEACHER: "teachers",
    Role.STAFF: "staff",
    Role.STUDENT: "students",
}
"""The groups of a school's roles, by what their ids are made of; in this order a person with
several roles has its first.
"""
WIFI_PREFIX = "wifi-"
LEAVERS = "leavers"
"""The group of a school's accounts in grace; there only when there are some."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An entry that should be there. `parent` is the key of its unit; empty: the base itself.

    `attributes` are forced: other values there are drift; an empty tuple means none. Those in
    `created_only` are written when the entry is made, and then left alone. `former` are keys
    that the entry may still bear, `why` is the reason for standing where it does, if a special one.
    """

    kind: Kind
    key: str
    record: str
    school: str
    name: str
    parent: str
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    created_only: frozenset[str] = frozenset()
    former: tuple[str, ...] = ()
    why: Message | None = None

    @property
    def naming(self) -> tuple[str, str]:
        """The attribute and value that name the entry among its neighbours."""
        return NAMED_BY[self.kind], self.name


@dataclass(frozen=True, slots=True)
class WantedPerson(Wanted):
    """An account. Disabled ones keep their entry, until they are deleted; `adopted` ones keep
    all but key and groups. `renaming`: the name is not to be seen in any plan.

    `groups` are keys; `handout` is the id of the class (of a pupil) or role group whose handout
    shows the initial password. `name` is the user name, `attribute` and `value` are what names
    the entry. `posix` is written once, where nothing of it is there.
    """

    attribute: str = NAMED_BY["person"]
    value: str = ""
    posix: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    role: str = ""
    year_group: str = ""
    school_type: str = ""
    handout: str = ""
    groups: tuple[str, ...] = ()
    state: AccountState = AccountState.ACTIVE
    adopted: bool = False
    renaming: bool = False

    @property
    def locked(self) -> bool:
        """True for an account that nobody may use any more."""
        return self.state in {AccountState.DISABLED, AccountState.DELETED}

    @property
    def naming(self) -> tuple[str, str]:
        """By the settings' template."""
        return self.attribute, self.value or self.name


@dataclass(frozen=True, slots=True)
class Desired:
    """All that should be there. `known` are the persons with an account in any state;
    `school_numbers` are by the school's id.
    """

    units: list[Wanted]
    groups: list[Wanted]
    persons: list[WantedPerson]
    known: frozenset[str]
    notices: list[Notice]
    school_numbers: Mapping[str, str]


@lru_cache(maxsize=4096)
def unit_id(school: str, name: str) -> str:
    """The id of a unit in a school's: of ``people``, ``groups`` or ``archive``."""
    return derive_id("unit", school, name)


@lru_cache(maxsize=4096)
def role_group_id(school: str, name: str) -> str:
    """The id of a school's role group (``teachers``) or Wi-Fi group (``wifi-teachers``)."""
    return derive_id("group", school, name)
