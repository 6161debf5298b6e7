"""What a directory's refusals mean, in words: result codes of RFC 4511 (appendix A) and errors."""

import ssl
from collections.abc import Mapping

from inventory.errors import ReadEndedEarlyError, SchoolnetError, UnreachableError, UsageError
from inventory.messages import Message, _, say
from provisioning.directory import windows_codes
from provisioning.directory.settings import DirectorySettings

SUCCESS = 0
TIME_LIMIT_EXCEEDED = 3
SIZE_LIMIT_EXCEEDED = 4
REFERRAL = 10
ADMIN_LIMIT_EXCEEDED = 11
NO_SUCH_ATTRIBUTE = 16
UNDEFINED_ATTRIBUTE_TYPE = 17
CONSTRAINT_VIOLATION = 19
NO_SUCH_OBJECT = 32
INVALID_CREDENTIALS = 49
INSUFFICIENT_ACCESS_RIGHTS = 50
BUSY = 51
UNAVAILABLE = 52
UNWILLING_TO_PERFORM = 53
OBJECT_CLASS_VIOLATION = 65
ENTRY_ALREADY_EXISTS = 68

_LIMITS = {TIME_LIMIT_EXCEEDED, SIZE_LIMIT_EXCEEDED, ADMIN_LIMIT_EXCEEDED}
_READ_ONLY = "operation restricted"  # slapd's words for olcReadOnly and a database in restart


def not_connected(settings: DirectorySettings, error: Exception, name: str = "") -> SchoolnetError:
    """The error for a connection that could not be made or was lost.

    `name`: the one server that it had to be, of several behind `url`.
    """
    if isinstance(error, ssl.SSLCertVerificationError):
        return UnreachableError(
            _(
                "The certificate of {url} is not accepted ({reason}). Check that `ca_file` names "
                "the authority that issued it and that `url` has the name it was issued for."
            ),
            url=settings.url,
            reason=error.verify_message or str(error),
        )
    if isinstance(error, ssl.SSLError):
        return UnreachableError(
            _("{url} does not speak TLS there ({reason}). Check protocol and port in `url`."),
            url=settings.url,
            reason=error.reason or str(error),
        )
    why = str(error.args[0]) if error.args else type(error).__name__
    if name:
        return UnreachableError(
            _(
                "{name}, with which this was begun, does not answer ({reason}). Let it run, then "
                "go on: other servers of {url} may not know yet what was written."
            ),
            name=name,
            reason=why,
            url=settings.url,
        )
    return UnreachableError(
        _("The directory {url} does not answer ({reason}). Check server and network, then go on."),
        url=settings.url,
        reason=why,
    )


def start_tls_refused(settings: DirectorySettings, reason: str) -> SchoolnetError:
    """The error for a server that offers no StartTLS: nothing goes there in plain text."""
    return UnreachableError(
        _(
            "{url} refuses StartTLS ({reason}), and nothing is sent without it. Give the server a "
            "certificate, or use ldaps:// in `url`."
        ),
        url=settings.url,
        reason=reason,
    )


def login_refused(settings: DirectorySettings, name: str, code: int, text: str) -> SchoolnetError:
    """The error for a bind that the server did not accept."""
    if code in {BUSY, UNAVAILABLE}:
        return unavailable(settings, text)
    if message := windows_codes.login_message(text):
        return UsageError(message, url=settings.url, name=name)
    return UsageError(
        _(
            "{url} does not let {name} in ({reason}). The name or its password is wrong, expired "
            "or locked: check the settings and the secret they refer to."
        ),
        url=settings.url,
        name=name,
        reason=text,
    )


def unavailable(settings: DirectorySettings, text: str) -> SchoolnetError:
    """The error for a server that is up and accepts nothing at the moment."""
    return UnreachableError(
        _(
            "The directory {url} takes no requests at the moment ({reason}). Wait until it does, "
            "then go on."
        ),
        url=settings.url,
        reason=text,
    )


def another_kind(settings: DirectorySettings) -> SchoolnetError:
    """The error for a server of another kind than the settings say."""
    return UsageError(
        _(
            "{url} is not the kind of directory that the settings say ({kind}). Correct `kind` or "
            "`url`: nothing was read or written."
        ),
        url=settings.url,
        kind=settings.kind,
    )


def takes_no_writes(code: int, text: str) -> bool:
    """True when every further write would be refused as well (read-only, shutting down)."""
    return code in {BUSY, UNAVAILABLE} or (code == UNWILLING_TO_PERFORM and _READ_ONLY in text)


def search_failed(
    settings: DirectorySettings, base: str, code: int, text: str, seen: int
) -> SchoolnetError:
    """The error for a search that did not end with success; what came is not the whole."""
    if code == NO_SUCH_OBJECT:
        return UsageError(
            _(
                "{base} does not exist in {url}, or this account may not see it. Create it, "
                "grant the right to read it, or correct `base`."
            ),
            base=base,
            url=settings.url,
        )
    if code in _LIMITS:
        return ReadEndedEarlyError(
            _(
                "{url} ended the search below {base} after {count} entries ({reason}). Allow "
                "this account to read everything by pages (`limits … size.prtotal=unlimited`)."
            ),
            url=settings.url,
            base=base,
            count=seen,
            reason=text,
        )
    if code in {BUSY, UNAVAILABLE}:
        return unavailable(settings, text)
    return ReadEndedEarlyError(
        _(
            "The search below {base} in {url} ended with {reason} after {count} entries. Nothing "
            "of it is used. Ask the directory's administrator."
        ),
        base=base,
        url=settings.url,
        reason=text,
        count=seen,
    )


def referred(settings: DirectorySettings, base: str) -> SchoolnetError:
    """The error for an answer that points to another server: it is never followed."""
    return ReadEndedEarlyError(
        _(
            "{url} refers to another server for a part of {base}. Give the server that holds all "
            "of it in `url`: references are not followed."
        ),
        url=settings.url,
        base=base,
    )


def write_refused(entry: str, code: int, text: str) -> Message:
    """What to tell about one refused operation; a dialect tells of rights that are missing."""
    weak = code == CONSTRAINT_VIOLATION and "assword" in text
    if weak or windows_codes.is_weak_password(text):
        message = _(
            "The directory's policy refuses the password of {entry} ({reason}). Change "
            "[passwords] in the settings, or the policy, then plan again."
        )
    else:
        message = _REFUSED.get(
            code,
            _(
                "The directory refused {entry} with {reason}. Ask its administrator, then plan "
                "again."
            ),
        )
    return say(message, entry=entry, reason=text)


_RULES = _(
    "The directory's rules refuse {entry} ({reason}). Another entry may have the same "
    "user name or address: change one of them and plan again."
)
_SCHEMA = _(
    "The directory's schema does not allow this for {entry} ({reason}). Load the "
    "schema or overlay that it names (locking needs ppolicy)."
)
_REFUSED: Mapping[int, str] = {
    CONSTRAINT_VIOLATION: _RULES,
    UNDEFINED_ATTRIBUTE_TYPE: _SCHEMA,
    OBJECT_CLASS_VIOLATION: _SCHEMA,
    ENTRY_ALREADY_EXISTS: _(
        "Another entry of the directory has the same name as {entry} ({reason}). Change "
        "one of the two and plan again."
    ),
    REFERRAL: _(
        "The directory server only reads and refers to another one for writing {entry}. "
        "Give a server that writes in `url`, then plan again."
    ),
}
