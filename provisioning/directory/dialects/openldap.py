"""OpenLDAP: inetOrgPerson (RFC 2798), groupOfNames (RFC 4519), locked by ppolicy."""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from pydantic import SecretStr

from inventory.messages import Message, _, say
from provisioning.directory import operations
from provisioning.directory.dialects.base import (
    AccountFacts,
    Attributes,
    Dialect,
    Kind,
    Right,
    SentAttributes,
)
from provisioning.directory.operations import Edit
from provisioning.directory.passwords import salted_hash

LOCK = "pwdAccountLockedTime"
"""Set by ppolicy after wrong logins, and by us for good (draft-behera-ldap-password-policy)."""
LOCKED_FOR_GOOD = "000001010000Z"
"""The value of `LOCK` that no time ends and only an administrator takes away."""
_SERVICE_CLASSES = frozenset({"applicationprocess", "simplesecurityobject"})


class OpenLdap(Dialect):
    """Names, classes and ways of OpenLDAP 2.5 and later."""

    object_classes: ClassVar[Mapping[Kind, str]] = {
        "unit": "organizationalUnit",
        "person": "inetOrgPerson",
        "group": "groupOfNames",
    }
    kinds: ClassVar[Mapping[str, Kind]] = {
        "organizationalunit": "unit",
        "groupofnames": "group",
        "person": "person",
        "inetorgperson": "person",
        "account": "person",
        "posixaccount": "person",
    }
    user_name = "uid"
    changed_at = "modifyTimestamp"
    own_id = "entryUUID"
    person_names = (
        "uid", "sn", "givenName", "displayName", "mail", "employeeType", "uidNumber", LOCK,
    )  # fmt: skip
    caseless = frozenset({"uid"})
    lock_name = LOCK
    locked = f"({LOCK}={LOCKED_FOR_GOOD})"

    @property
    def placeholder(self) -> tuple[str, ...]:
        """A group must have a member (groupOfNames, RFC 4519); this one need not exist."""
        return (self.settings.placeholder_member,)

    def person(self, facts: AccountFacts) -> dict[str, tuple[str, ...]]:
        """RFC 2798 attributes; an address is forced only when there is one."""
        attributes: dict[str, tuple[str, ...]] = {
            "uid": (facts.user_name,),
            "sn": (facts.family_name or facts.given_name or facts.user_name,),
            "givenName": (facts.given_name,) if facts.given_name else (),
            "displayName": (facts.full_name,),
            "employeeType": facts.roles,
        }
        return {**attributes, "mail": (facts.mail,)} if facts.mail else attributes

    def posix(self, number: int, facts: AccountFacts) -> Attributes:
        """RFC 2307: number, group, home and shell; the class allows them."""
        settings = self.settings.posix
        home = settings.home_directory.format(
            user_name=facts.user_name, school_number=facts.school_number, role=facts.role
        )
        return {
            "objectClass": ("posixAccount",),
            "uidNumber": (str(number),),
            "gidNumber": (str(settings.group_id or number),),
            "homeDirectory": (home,),
            **({"loginShell": (settings.login_shell,)} if settings.login_shell else {}),
        }

    def first_password(self, secret: SecretStr, *, must_change: bool) -> Sequence[SentAttributes]:
        """Hashed; as it is where the server wants to see it first (``pwdCheckQuality 2``)."""
        more = {"pwdReset": ["TRUE"]} if must_change else {}
        plain = secret.get_secret_value()
        return [{"userPassword": [one], **more} for one in (salted_hash(secret), plain)]

    def not_allowed(self, entry: str, _kind: Kind, _right: Right) -> Message:
        """One access rule grants it all (slapd.access(5))."""
        message = _(
            "The directory does not allow our account to write {entry}. Its access rules must say: "
            'access to dn.subtree="{base}" by dn.exact="{account}" write; and the same before it '
            "for attrs=userPassword. Then try again (a run: `schoolnet runs retry`)."
        )
        return say(message, entry=entry, base=self.settings.base, account=self.settings.bind_dn)

    def lock(self, entry: Attributes) -> list[Edit]:
        """A lock that time ends becomes one that it does not."""
        return operations.edits(entry, {LOCK: [LOCKED_FOR_GOOD]})

    def unlock(self, entry: Attributes) -> list[Edit]:
        """Only the lock for good is ours to take away."""
        locked = LOCKED_FOR_GOOD in entry.get(LOCK.lower(), ())
        return [("delete", LOCK, [LOCKED_FOR_GOOD])] if locked else []

    def is_service(self, classes: Iterable[str], entry: Attributes) -> bool:
        """By its object classes."""
        return not _SERVICE_CLASSES.isdisjoint(classes)
