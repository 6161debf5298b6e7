"""Active Directory, of Windows Server or Samba: user, group, userAccountControl.

Sources: MS-ADTS (3.1.1.3.1.5.1 unicodePwd, 2.2.16 userAccountControl, 2.2.12 groupType) and
MS-SAMR 3.1.1.6 (sAMAccountName). Codes in answers are those of MS-ERREF 2.2.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import ClassVar

from pydantic import SecretStr

from inventory.errors import ReadEndedEarlyError
from inventory.messages import Message, _, say
from inventory.records.people import Role
from provisioning.directory import dn, failures
from provisioning.directory.dialects.base import (
    AccountFacts,
    Attributes,
    Dialect,
    Kind,
    Right,
    SentAttributes,
)
from provisioning.directory.operations import Edit

_UAC = "userAccountControl"
_NORMAL_ACCOUNT = 0x200
_ACCOUNT_DISABLED = 0x2
_SECURITY_GROUP = "-2147483646"
"""GROUP_TYPE_SECURITY_ENABLED and GROUP_TYPE_ACCOUNT_GROUP as a signed number: global."""
_FORBIDDEN = re.compile(r'["/\\\[\]:;|=,+*?<>@\x00-\x1f\x7f]')
_MAX_USER_NAME, _MAX_GROUP_NAME, _MAX_NAME = 20, 64, 64
_DOMAIN_USERS = "513"
_MACHINES = frozenset({"computer"})
"""Also what managed service accounts (MSA, gMSA) are made from."""
_RIGHT_BUT_REFUSED = re.compile(r"\bdata (532|533|701|773)\b")
"""Expired password, disabled, expired account, must change: told only after a right password."""

_DSACLS: Mapping[Right, tuple[str, str]] = {
    "children": ("T", "{children};{kind}"),
    "values": ("S", "RPWP;;{kind}"),
    "password": ("S", "CA;Reset Password;{kind}"),
}
"""How far down a right is inherited, and the right for a class, as dsacls takes them."""


class ActiveDirectory(Dialect):
    """Names, classes and ways of Active Directory."""

    object_classes: ClassVar[Mapping[Kind, str]] = {
        "unit": "organizationalUnit",
        "person": "user",
        "group": "group",
    }
    kinds: ClassVar[Mapping[str, Kind]] = {
        "organizationalunit": "unit",
        "group": "group",
        "user": "person",
    }
    user_name = "sAMAccountName"
    changed_at = "whenChanged"
    own_id = "objectGUID"
    person_names = (
        "sAMAccountName", "userPrincipalName", "sn", "givenName", "displayName", "mail",
        "employeeType", "homeDirectory", "homeDrive", "profilePath", _UAC,
    )  # fmt: skip
    adoption_names = ("adminCount", "primaryGroupID", "servicePrincipalName", "memberOf")
    caseless = frozenset({"sAMAccountName", "userPrincipalName"})
    server_name = "dnsHostName"
    login_name = "userPrincipalName"
    unwatched = frozenset({_UAC})  # Samba 4.17 takes any old value for the right one
    reads_groups_outside = False
    members_follow = True
    gives_ranges = True
    lock_name = _UAC
    locked = f"({_UAC}:1.2.840.113556.1.4.803:={_ACCOUNT_DISABLED})"  # MS-ADTS 3.1.1.3.4.4.1
    there_already = frozenset({failures.ENTRY_ALREADY_EXISTS, failures.UNWILLING_TO_PERFORM})

    @property
    def placeholder(self) -> tuple[str, ...]:
        """None: groups may be empty."""
        return ()

    def person(self, facts: AccountFacts) -> dict[str, tuple[str, ...]]:
        """What is forced: names, the login names, and paths where there is a template."""
        settings = self.settings
        known = {
            "user_name": facts.user_name,
            "school_number": facts.school_number,
            "role": facts.role,
        }
        role = Role(facts.role) if facts.role else None
        upn = (settings.upn_by_role.get(role) if role else None) or settings.upn
        attributes: dict[str, tuple[str, ...]] = {
            "sAMAccountName": (facts.user_name,),
            "userPrincipalName": ((upn or self._domain_upn()).format(**known),),
            "sn": (facts.family_name,) if facts.family_name else (),
            "givenName": (facts.given_name,) if facts.given_name else (),
            "displayName": (facts.full_name,),
            "employeeType": (",".join(facts.roles),) if facts.roles else (),  # one value only
        }
        templates = {
            "homeDirectory": settings.home_directory,
            "homeDrive": settings.home_drive,
            "profilePath": settings.profile_path,
        }
        attributes |= {
            name: (template.format(**known),) for name, template in templates.items() if template
        }
        return {**attributes, "mail": (facts.mail,)} if facts.mail else attributes

    def group(self, school_number: str, name: str, key: str) -> Attributes:
        """A name that is unique in the whole domain, users among it: with the school's number.

        Where signs had to go, a part of the key's hash keeps ``5/1`` and ``5+1`` apart.
        """
        template = self.settings.layout.group_account
        plain = template.format(school_number=school_number, group=name)
        clean = _FORBIDDEN.sub("_", plain)[:_MAX_GROUP_NAME].rstrip(". ")
        if clean != plain:
            clean = f"{clean}-{sha256(key.encode()).hexdigest()[:6]}"
        return {"sAMAccountName": (clean,)}

    def made_with(self, kind: Kind) -> Attributes:
        """Persons are enabled at once (their password comes with them), groups global."""
        if kind == "person":
            return {_UAC: (str(_NORMAL_ACCOUNT),)}
        return {"groupType": (_SECURITY_GROUP,)} if kind == "group" else {}

    def name_problem(self, kind: Kind, name: str) -> Message | None:
        """Names are up to 64 characters long, user names 20 and without some signs."""
        if kind != "person":
            message = _(
                "{name} is longer than the {count} characters that Active Directory allows. "
                "Shorten it."
            )
            return say(message, name=name, count=_MAX_NAME) if len(name) > _MAX_NAME else None
        if len(name) <= _MAX_USER_NAME and not _FORBIDDEN.search(name) and not name.endswith("."):
            return None
        message = _(
            "Active Directory does not take the user name {name}: at most {count} characters, "
            "none of {signs}, no dot at the end. Give the account another one."
        )
        return say(message, name=name, count=_MAX_USER_NAME, signs='"/\\[]:;|=,+*?<>@')

    def first_password(self, secret: SecretStr, *, must_change: bool) -> Sequence[SentAttributes]:
        """In quotation marks, UTF-16; the server takes it through TLS only."""
        quoted = f'"{secret.get_secret_value()}"'.encode("utf-16-le")
        return [{"unicodePwd": [quoted], **({"pwdLastSet": ["0"]} if must_change else {})}]

    def proves_password(self, code: int, text: str) -> bool:
        """By the number after ``data`` in what is said of a refused login."""
        return code == failures.INVALID_CREDENTIALS and bool(_RIGHT_BUT_REFUSED.search(text))

    def not_allowed(self, entry: str, kind: Kind, right: Right) -> Message:
        """By the one command of docs/directory.md that grants this right."""
        message = _(
            "The directory does not allow our account to write {entry}. Grant it on Windows by "
            '`dsacls "{base}" /I:{scope} /G "ACCOUNT:{right}"` (ACCOUNT is {account} as '
            "DOMAIN\\NAME), on Samba by the command in docs/directory.md. Then try again (a run: "
            "`schoolnet runs retry`)."
        )
        scope, granted = _DSACLS[right]
        children = "CC" if kind == "unit" else "CCDC"  # units are never deleted
        granted = granted.format(children=children, kind=self.object_classes[kind])
        return say(message, entry=entry, base=self.settings.base, account=self.settings.bind_dn,
                   scope=scope, right=granted)  # fmt: skip

    def lock(self, entry: Attributes) -> list[Edit]:
        """Sets the one bit and leaves all others as they are."""
        now = self._control(entry)
        return _replaced(now, now | _ACCOUNT_DISABLED)

    def unlock(self, entry: Attributes) -> list[Edit]:
        """Takes the one bit away and leaves all others as they are."""
        now = self._control(entry)
        return _replaced(now, now & ~_ACCOUNT_DISABLED)

    def is_service(self, classes: Iterable[str], entry: Attributes) -> bool:
        """Machines, managed service accounts, and whatever a service is registered for."""
        return not _MACHINES.isdisjoint(classes) or bool(entry.get("serviceprincipalname"))

    def adoption_problem(self, where: str, entry: Attributes) -> Message | None:
        """Administrators, of now or once (adminCount), and another primary group than usual.

        The primary group is a membership that `memberOf` does not name.
        """
        if "1" in entry.get("admincount", ()):
            message = _(
                "{entry} is or was an administrator of the domain (adminCount is 1) and is not "
                "taken over."
            )
            return say(message, entry=where)
        group = "".join(entry.get("primarygroupid", ()))
        if group != _DOMAIN_USERS:
            message = _(
                "The primary group of {entry} is {group}, not Domain Users ({usual}), and may have "
                "rights that are not ours to manage. Change that first, then plan again."
            )
            return say(message, entry=where, group=group or "-", usual=_DOMAIN_USERS)
        return None

    def _control(self, entry: Attributes) -> int:
        values = entry.get(_UAC.lower(), ())
        if not values:
            raise ReadEndedEarlyError(
                _("Our account does not see {attribute} of persons: grant it the right to."),
                attribute=_UAC,
            )
        return int(values[0])

    def _domain_upn(self) -> str:
        """``{user_name}@`` and the domain in `base`."""
        parts = map(dn.named_by, dn.split(self.settings.base))
        return "{user_name}@" + ".".join(value for name, value in parts if name == "dc")


def _replaced(old: int, new: int) -> list[Edit]:
    if old == new:
        return []
    return [("delete", _UAC, [str(old)]), ("add", _UAC, [str(new)])]
