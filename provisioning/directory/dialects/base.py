"""What a kind of directory must say about itself. Everything else is the same for all."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import SecretStr

from inventory.messages import Message
from provisioning.directory.operations import Edit
from provisioning.directory.settings import DirectorySettings

Kind = Literal["unit", "person", "group"]
Right = Literal["children", "values", "password"]
"""What an account must be allowed: to make and delete entries, to write what is in them, or to set
passwords.
"""
SentAttributes = Mapping[str, Sequence[str | bytes]]
Attributes = Mapping[str, tuple[str, ...]]
"""Names in small letters when they were read."""


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What is to be said of one account. `role` is the first of `roles`; both may be empty."""

    user_name: str
    given_name: str
    family_name: str
    roles: tuple[str, ...]
    role: str
    school_number: str
    mail: str

    @property
    def full_name(self) -> str:
        """Given and family name, or the user name where neither is known."""
        return f"{self.given_name} {self.family_name}".strip() or self.user_name


class Dialect(ABC):
    """A kind of directory, with the settings of one."""

    object_classes: ClassVar[Mapping[Kind, str]]
    kinds: ClassVar[Mapping[str, Kind]]
    """What an object class (small letters) makes of an entry; the first that is known counts."""
    user_name: ClassVar[str]
    """The attribute people log in with; equal in any case of letters."""
    changed_at: ClassVar[str]
    """When anything about an entry changed last, as generalized time (RFC 4517, 3.3.13)."""
    own_id: ClassVar[str]
    """The attribute with the directory's own id of an entry, which never changes."""
    person_names: ClassVar[Sequence[str]]
    """Attributes of persons that are read, beside those of all entries."""
    adoption_names: ClassVar[Sequence[str]] = ()
    """More attributes that are read where accounts may be taken over."""
    caseless: ClassVar[frozenset[str]]
    """Attributes whose values are the same in any case of letters."""
    server_name: ClassVar[str] = ""
    """Where the root entry says which of several servers this is."""
    login_name: ClassVar[str] = ""
    """An attribute people log in with elsewhere: its change is one of its own, with a warning."""
    unwatched: ClassVar[frozenset[str]] = frozenset()
    """Attributes whose old value the server does not compare when a modify deletes it."""
    reads_groups_outside: ClassVar[bool] = True
    """Whether memberships outside `base` must be looked for there; else `memberOf` tells them."""
    members_follow: ClassVar[bool] = False
    """Whether the server itself, and at once, renames members with their entries."""
    gives_ranges: ClassVar[bool] = False
    """Whether many values of an attribute come in parts that are asked for one by one."""
    lock_name: ClassVar[str]
    """The attribute that holds the lock."""
    locked: ClassVar[str]
    """The filter that only an entry matches which is locked for good."""
    there_already: ClassVar[frozenset[int]] = frozenset()
    """Result codes for a member that is there, or gone, already (beside 16, 20 and 32)."""

    def __init__(self, settings: DirectorySettings) -> None:
        self.settings = settings

    @property
    @abstractmethod
    def placeholder(self) -> tuple[str, ...]:
        """The member of every group that keeps it from being empty, where that is needed."""

    @abstractmethod
    def person(self, facts: AccountFacts) -> dict[str, tuple[str, ...]]:
        """The forced attributes of an account; an empty tuple means none."""

    def posix(self, _number: int, _facts: AccountFacts) -> Attributes:
        """What makes an account one of POSIX systems, written in one go and then left alone."""
        return {}

    def group(self, _school_number: str, _name: str, _key: str) -> Attributes:
        """The forced attributes of a group."""
        return {}

    def made_with(self, _kind: Kind) -> Attributes:
        """Attributes that an entry gets once, when it is made."""
        return {}

    def name_problem(self, _kind: Kind, _name: str) -> Message | None:
        """Why no entry can bear this name, or None."""
        return None

    @abstractmethod
    def first_password(self, secret: SecretStr, *, must_change: bool) -> Sequence[SentAttributes]:
        """Attributes that set a password, in ways to try one after another.

        `must_change`: whoever logs in with it must choose another one.
        """

    def proves_password(self, _code: int, _text: str) -> bool:
        """Whether a refused login shows that the password was right all the same."""
        return False

    @abstractmethod
    def not_allowed(self, entry: str, kind: Kind, right: Right) -> Message:
        """What to tell when the server does not let our account write an entry, and what to grant.

        It names the entry as the parameter ``entry``, and nothing else that is of this entry only.
        """

    @abstractmethod
    def lock(self, entry: Attributes) -> list[Edit]:
        """What locks an account for good; nothing where it is locked."""

    @abstractmethod
    def unlock(self, entry: Attributes) -> list[Edit]:
        """What takes such a lock away; nothing where there is none."""

    @abstractmethod
    def is_service(self, classes: Iterable[str], entry: Attributes) -> bool:
        """Whether a person's entry is an account of a service or a machine."""

    def adoption_problem(self, _where: str, _entry: Attributes) -> Message | None:
        """What speaks against taking an account over, or None."""
        return None
