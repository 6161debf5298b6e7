"""What Active Directory adds to an LDAP result code: numbers of MS-ERREF 2.2, in words.

They stand in the server's own text: ``0000052D: SvcErr: ...`` before the colon, and for a refused
login ``..., data 52e, v4563``.
"""

import re
from collections.abc import Mapping

from inventory.messages import _

_DATA = re.compile(r"\bdata ([0-9a-f]{3})\b")
_PASSWORD_RESTRICTION = "0000052D"  # noqa: S105  # a code

_WRONG = _(
    "{url} does not let {name} in: the name or its password is wrong. Check the settings and the "
    "secret they refer to."
)
_NO_SUCH_USER = _("{url} does not let {name} in: there is no such account. Check the settings.")
_NOT_NOW = _(
    "{url} does not let {name} in: it may not log in at this time or from this machine. Allow it, "
    "then go on."
)
_PASSWORD_EXPIRED = _(
    "{url} does not let {name} in: its password has expired. Give it a new one that does not "
    "expire, and put that where the settings refer to."
)
_DISABLED = _("{url} does not let {name} in: the account is disabled. Enable it, then go on.")
_ACCOUNT_EXPIRED = _(
    "{url} does not let {name} in: the account has expired. Take its expiry date away, then go on."
)
_MUST_CHANGE = _(
    "{url} does not let {name} in: its password must be changed first. Change it, and put the new "
    "one where the settings refer to."
)
_LOCKED = _(
    "{url} does not let {name} in: the account is locked after wrong passwords. Unlock it, check "
    "the secret that the settings refer to, then go on."
)
_LOGINS: Mapping[str, str] = {
    "525": _NO_SUCH_USER,
    "52e": _WRONG,
    "530": _NOT_NOW,
    "531": _NOT_NOW,
    "532": _PASSWORD_EXPIRED,
    "533": _DISABLED,
    "701": _ACCOUNT_EXPIRED,
    "773": _MUST_CHANGE,
    "775": _LOCKED,
}


def login_message(text: str) -> str:
    """The id of the message about a refused login; empty when the text says no reason."""
    found = _DATA.search(text)
    return _LOGINS.get(found[1], "") if found else ""


def is_weak_password(text: str) -> bool:
    """True when the domain's password policy has refused a password."""
    return _PASSWORD_RESTRICTION in text.upper()
