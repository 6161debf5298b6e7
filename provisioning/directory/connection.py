"""LDAP connections over verified TLS: one that can only search (`SearchConnection`), and one that
also writes (`WriteConnection`).

ldap3 answers most failures with a result code and no exception; here every code is looked at.
A search that ended early is an error, never a short or empty answer.
"""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import ldap3
from ldap3.core.exceptions import LDAPException
from ldap3.protocol.rfc4527 import post_read_control
from ldap3.utils.conv import escape_filter_chars
from pydantic import SecretStr

from inventory.errors import UnreachableError
from provisioning.directory import failures
from provisioning.directory.login import abandon, answer_of, bind, open_tls
from provisioning.directory.settings import DirectorySettings

_PAGES = "1.2.840.113556.1.4.319"  # RFC 2696
_POST_READ = "1.3.6.1.1.13.2"  # RFC 4527
_EVERYTHING = "(objectClass=*)"
_VERBS = {"add": ldap3.MODIFY_ADD, "delete": ldap3.MODIFY_DELETE}


@dataclass(frozen=True, slots=True)
class FoundEntry:
    """An entry as the server gave it: attribute names in small letters, values as text."""

    dn: str
    attributes: Mapping[str, tuple[str, ...]]

    def values(self, name: str) -> tuple[str, ...]:
        """All values of an attribute; empty when it has none or may not be seen."""
        return self.attributes.get(name.lower(), ())


class SearchConnection:
    """A logged-in connection that can only read."""

    def __init__(self, settings: DirectorySettings, name: str, password: SecretStr) -> None:
        """Connect and log in as `name` (a DN).

        Raises UnreachableError (no answer, TLS fails), UsageError (login refused),
        SettingsError (`ca_file` unusable).
        """
        self._settings = settings
        self._name = name
        self._password = password
        self._page_size = settings.page_size
        self._log_in()

    def reopen(self) -> None:
        """Connect and log in anew after the connection was lost. Raises as at first."""
        abandon(self._ldap)
        self._log_in()

    def _log_in(self) -> None:
        self._ldap = open_tls(self._settings)
        code, text = bind(self._settings, self._ldap, self._name, self._password)
        if code != failures.SUCCESS:
            abandon(self._ldap)
            raise failures.login_refused(self._settings, self._name, code, text)

    def search(
        self, base: str, attributes: Sequence[str], where: str = _EVERYTHING
    ) -> Iterator[FoundEntry]:
        """All entries at and below a DN that match, read by pages as large as the server allows.

        A connection that the server closed while it was idle is opened once more. Raises
        ReadEndedEarlyError when the end was not reached: drop what came before. UsageError when
        `base` is not there, UnreachableError when the server is gone.
        """
        seen, reopened = 0, False
        while True:
            try:
                for entry in self._pages(base, attributes, where):
                    seen += 1
                    yield entry
            except UnreachableError:
                if seen or reopened:
                    raise
                self.reopen()
                reopened = True
            except _PageTooLargeError as refusal:
                if seen or self._page_size == 1:
                    raise failures.search_failed(
                        self._settings, base, failures.ADMIN_LIMIT_EXCEEDED, str(refusal), seen
                    ) from None
                self._page_size //= 2
            else:
                return

    def read(
        self, entry: str, attributes: Sequence[str], where: str = _EVERYTHING
    ) -> FoundEntry | None:
        """One entry by its DN; None when it is not there or does not match.

        Raises UnreachableError, ReadEndedEarlyError.
        """
        code, text, found = self._ask(entry, attributes, where, ldap3.BASE, None, b"")
        if code == failures.NO_SUCH_OBJECT:
            return None
        if code != failures.SUCCESS:
            raise failures.search_failed(self._settings, entry, code, text, len(found))
        return found[0] if found else None

    def close(self) -> None:
        """Log out and end the connection."""
        with contextlib.suppress(LDAPException, OSError):
            self._ldap.unbind()
        abandon(self._ldap)

    def _pages(self, base: str, attributes: Sequence[str], where: str) -> Iterator[FoundEntry]:
        cookie, seen = b"", 0
        while True:
            code, text, found = self._ask(
                base, attributes, where, ldap3.SUBTREE, self._page_size, cookie
            )
            if code == failures.ADMIN_LIMIT_EXCEEDED:
                raise _PageTooLargeError(text)
            seen += len(found)
            if code != failures.SUCCESS:
                raise failures.search_failed(self._settings, base, code, text, seen)
            yield from found
            answer = self._ldap.result.get("controls", {}).get(_PAGES)
            if answer is None:
                raise failures.search_failed(self._settings, base, code, "no page control", seen)
            cookie = answer["value"]["cookie"]
            if not cookie:
                return

    def _ask(
        self,
        base: str,
        attributes: Sequence[str],
        where: str,
        scope: str,
        page_size: int | None,
        cookie: bytes,
    ) -> tuple[int, str, list[FoundEntry]]:
        try:
            self._ldap.search(
                base, where, scope, ldap3.DEREF_NEVER, list(attributes),
                paged_size=page_size, paged_criticality=True, paged_cookie=cookie or None,
            )  # fmt: skip
        except (LDAPException, OSError) as error:
            self._lost(error)
        code, text = answer_of(self._ldap)
        found = []
        for item in self._ldap.response or ():
            if item["type"] != "searchResEntry":
                raise failures.referred(self._settings, base)
            found.append(self._found(item))
        if code == failures.REFERRAL:
            raise failures.referred(self._settings, base)
        return code, text, found

    def _found(self, item: Mapping[str, Any]) -> FoundEntry:
        attributes = {}
        for name, values in item["raw_attributes"].items():
            if ";range=" in name.lower():  # a part of the values: Active Directory's way
                raise failures.search_failed(
                    self._settings, item["dn"], failures.SIZE_LIMIT_EXCEEDED, name, 0
                )
            attributes[name.lower()] = tuple(value.decode("utf-8", "replace") for value in values)
        return FoundEntry(item["dn"], attributes)

    def _lost(self, error: Exception) -> NoReturn:
        abandon(self._ldap)
        raise failures.not_connected(self._settings, error) from None


class _PageTooLargeError(Exception):
    """The server allows fewer entries a page."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said to one write: result code, words, and the new entry's own id."""

    code: int
    text: str
    uuid: str = ""

    @property
    def good(self) -> bool:
        """True when it was done."""
        return self.code == failures.SUCCESS


class WriteConnection(SearchConnection):
    """A logged-in connection that can also add, modify and move entries.

    Each method sends one operation and returns the server's answer. Raises UnreachableError when
    none came, or when the server takes no writes at all at the moment.

    The assertion control (RFC 4528) would let the server check our key before it writes, but
    OpenLDAP 2.5 hands it on to what its overlays write: memberOf would stay as it was.
    """

    def __init__(self, settings: DirectorySettings, name: str, password: SecretStr) -> None:
        super().__init__(settings, name, password)
        root = self.read("", ["supportedControl"])
        self._controls = frozenset(root.values("supportedControl") if root else ())
        self._visitor: ldap3.Connection | None = None

    def add(self, entry: str, attributes: Mapping[str, Sequence[str]]) -> Answer:
        """Make an entry; `uuid` is given where the server tells it in the same answer."""
        wanted = [post_read_control(["entryUUID"])] if _POST_READ in self._controls else None
        return self._send(self._ldap.add, entry, None, dict(attributes), controls=wanted)

    def modify(self, entry: str, changes: Iterable[tuple[str, str, Sequence[str]]]) -> Answer:
        """Delete and add values, all or none: (``delete`` or ``add``, attribute, values)."""
        edits: dict[str, list[tuple[str, list[str]]]] = {}
        for verb, attribute, values in changes:
            edits.setdefault(attribute, []).append((_VERBS[verb], list(values)))
        return self._send(self._ldap.modify, entry, edits)

    def move(self, entry: str, name: str, parent: str) -> Answer:
        """Give an entry a new first part and a new parent (modify DN); it stays the same entry."""
        return self._send(self._ldap.modify_dn, entry, name, new_superior=parent)

    def delete(self, entry: str) -> Answer:
        """Remove an entry that nothing stands below."""
        return self._send(self._ldap.delete, entry)

    def accepts(self, entry: str, password: SecretStr) -> bool:
        """True when one can log in as this entry with this password.

        It asks over a connection of its own, so that ours keeps its rights.
        """
        if self._visitor is None:
            self._visitor = open_tls(self._settings)
        code, _text = bind(self._settings, self._visitor, entry, password)
        return code == failures.SUCCESS

    def reopen(self) -> None:
        """Connect and log in anew after the connection was lost. Raises as at first."""
        self._send_away()
        super().reopen()

    def close(self) -> None:
        """Log out and end all connections."""
        self._send_away()
        super().close()

    def _send_away(self) -> None:
        if self._visitor is not None:
            with contextlib.suppress(LDAPException, OSError):
                self._visitor.unbind()
            abandon(self._visitor)
            self._visitor = None

    def _send(self, operation: Callable[..., Any], *arguments: Any, **options: Any) -> Answer:
        try:
            operation(*arguments, **options)
        except (LDAPException, OSError) as error:
            self._lost(error)
        code, text = answer_of(self._ldap)
        if failures.takes_no_writes(code, text):
            raise failures.unavailable(self._settings, text)
        after = self._ldap.result.get("controls", {}).get(_POST_READ)
        values = after["value"]["result"].get("entryUUID", ()) if after else ()
        return Answer(code, text, str(values[0]) if values else "")


def equals(attribute: str, value: str) -> str:
    """The filter that an attribute has exactly this value (RFC 4515)."""
    return f"({attribute}={escape_filter_chars(value)})"
