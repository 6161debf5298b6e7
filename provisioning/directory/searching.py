"""A logged-in LDAP connection over verified TLS that can only search.

ldap3 answers most failures with a result code and no exception; here every code is looked at.
A search that ended early is an error, never a short or empty answer.
"""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

import ldap3
from ldap3.core.exceptions import LDAPException
from pydantic import SecretStr

from inventory.errors import SchoolnetError, UnreachableError
from provisioning.directory import failures
from provisioning.directory.codec.ber import MalformedError
from provisioning.directory.codec.pipeline import LostError
from provisioning.directory.dialects import dialect_of
from provisioning.directory.found import FoundEntry, Part, parts_of, whole_of
from provisioning.directory.lean import search_pages
from provisioning.directory.login import abandon, address_of, answer_of, bind, open_tls
from provisioning.directory.pin import Pin
from provisioning.directory.settings import DirectorySettings

_PAGES = "1.2.840.113556.1.4.319"  # RFC 2696
_PAGE_SIZES = (5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1)
"""Tried one after the other where the server allows fewer: administrators set round numbers."""
_EVERYTHING = "(objectClass=*)"
_CAPABILITIES = "supportedCapabilities"
_ACTIVE_DIRECTORY = "1.2.840.113556.1.4.800"  # LDAP_CAP_ACTIVE_DIRECTORY_OID, MS-ADTS 3.1.1.3.4.3.1


class SearchConnection:
    """A logged-in connection that can only read."""

    def __init__(
        self,
        settings: DirectorySettings,
        name: str,
        password: SecretStr,
        pin: Pin | None = None,
    ) -> None:
        """Connect and log in as `name` (a DN), to the server that is pinned if one is.

        Raises UnreachableError (no answer, TLS fails), UsageError (login refused),
        SettingsError (`ca_file` unusable).
        """
        self._settings = settings
        self.dialect = dialect_of(settings)
        self._name = name
        self._password = password
        self._pin = pin or Pin()
        self._page_size = settings.page_size
        self._log_in()

    def reopen(self) -> None:
        """Connect and log in anew after the connection was lost. Raises as at first."""
        abandon(self._ldap)
        self._log_in()

    def _log_in(self) -> None:
        self._ldap = self._opened()
        code, text = bind(self._settings, self._ldap, self._name, self._password)
        if code != failures.SUCCESS:
            abandon(self._ldap)
            raise failures.login_refused(self._settings, self._name, code, text)
        try:
            self._pin.check(self._settings, address_of(self._ldap), self._looked_at())
        except OSError as error:  # closed just after the login: the socket leads nowhere
            self._lost(error)
        except SchoolnetError:
            abandon(self._ldap)
            raise

    def _opened(self) -> ldap3.Connection:
        try:
            return open_tls(self._settings, self._pin.address, self._pin.name)
        except UnreachableError:
            if not self._pin.remembered:
                raise
            return open_tls(self._settings)  # its name tells whether it is the same one

    def _looked_at(self) -> str:
        """What the server calls itself, where it does. Raises UsageError for another kind."""
        asked = [_CAPABILITIES, *filter(None, [self.dialect.server_name])]
        root = self.read("", asked)
        found = root.values(_CAPABILITIES) if root else ()
        if (_ACTIVE_DIRECTORY in found) != (self._settings.kind == "active_directory"):
            raise failures.another_kind(self._settings)
        return "".join(root.values(self.dialect.server_name)) if root else ""

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
                self._page_size = next(size for size in _PAGE_SIZES if size < self._page_size)
            else:
                return

    def read(
        self, entry: str, attributes: Sequence[str], where: str = _EVERYTHING
    ) -> FoundEntry | None:
        """One entry by its DN; None when it is not there or does not match.

        Raises UnreachableError, ReadEndedEarlyError.
        """
        answer = self._ask(entry, attributes, where)
        if answer.code == failures.NO_SUCH_OBJECT:
            return None
        if answer.code != failures.SUCCESS:
            raise self._failed(entry, answer, len(answer.found))
        return answer.found[0] if answer.found else None

    def close(self) -> None:
        """Log out and end the connection."""
        with contextlib.suppress(LDAPException, OSError):
            self._ldap.unbind()
        abandon(self._ldap)

    def _pages(self, base: str, attributes: Sequence[str], where: str) -> Iterator[FoundEntry]:
        seen = 0
        pages = self._pages_lean if self._settings.own_codec else self._pages_by_ldap3
        for answer in pages(base, attributes, where):
            if answer.code == failures.ADMIN_LIMIT_EXCEEDED:
                raise _PageTooLargeError(answer.text)
            seen += len(answer.found)
            if answer.code != failures.SUCCESS or answer.cookie is None:
                raise self._failed(base, answer, seen)
            yield from answer.found

    def _pages_by_ldap3(
        self, base: str, attributes: Sequence[str], where: str
    ) -> Iterator["_Found"]:
        cookie: bytes | None = b""
        while cookie is not None:
            answer = self._ask(base, attributes, where, ldap3.SUBTREE, self._page_size, cookie)
            cookie = answer.cookie or None
            yield answer

    def _pages_lean(self, base: str, attributes: Sequence[str], where: str) -> Iterator["_Found"]:
        """The same by our own codec: an entry costs a fifth."""
        try:
            for page in search_pages(
                self._ldap, base, attributes, where, self._page_size,
                ahead=not self.dialect.gives_ranges,
            ):  # fmt: skip
                if page.referred or page.code == failures.REFERRAL:
                    raise failures.referred(self._settings, base)
                found = [self._whole(entry, raw) for entry, raw in page.entries]
                yield _Found(page.code, page.text, found, page.cookie)
        except (LDAPException, OSError, LostError, MalformedError) as error:
            self._lost(error)

    def _failed(self, base: str, answer: "_Found", seen: int) -> SchoolnetError:
        text = answer.text if answer.code != failures.SUCCESS else "no page control"
        return failures.search_failed(self._settings, base, answer.code, text, seen)

    def _ask(
        self,
        base: str,
        attributes: Sequence[str],
        where: str,
        scope: str = ldap3.BASE,
        page_size: int | None = None,
        cookie: bytes = b"",
    ) -> "_Found":
        try:
            self._ldap.search(
                base, where, scope, ldap3.DEREF_NEVER, list(attributes),
                paged_size=page_size, paged_criticality=True, paged_cookie=cookie or None,
            )  # fmt: skip
        except (LDAPException, OSError) as error:
            self._lost(error)
        code, text = answer_of(self._ldap)
        control = self._ldap.result.get("controls", {}).get(_PAGES)
        items = list(self._ldap.response or ())
        if code == failures.REFERRAL or any(item["type"] != "searchResEntry" for item in items):
            raise failures.referred(self._settings, base)
        found = [self._whole(item["dn"], item["raw_attributes"]) for item in items]
        return _Found(code, text, found, control["value"]["cookie"] if control else None)

    def _whole(self, entry: str, raw: Mapping[str, Sequence[bytes] | None]) -> FoundEntry:
        """The entry with all values of its attributes, read on where only a part came."""
        if (plain := whole_of(raw)) is not None:
            return FoundEntry(entry, plain)
        attributes = {}
        for name, part in self._parts(entry, raw).items():
            values = part.values
            while part.rest is not None:
                part = self._next_part(entry, name, part.rest)  # noqa: PLW2901
                values += part.values
            attributes[name] = values
        return FoundEntry(entry, attributes)

    def _next_part(self, entry: str, name: str, first: int) -> Part:
        option = f"{name};range={first}-*"
        try:
            self._ldap.search(entry, _EVERYTHING, ldap3.BASE, ldap3.DEREF_NEVER, [option])
        except (LDAPException, OSError) as error:
            self._lost(error)
        code, text = answer_of(self._ldap)
        items = [i for i in self._ldap.response or () if i["type"] == "searchResEntry"]
        part = self._parts(entry, items[0]["raw_attributes"]).get(name) if items else None
        if code != failures.SUCCESS or part is None or part.first != first:
            text = f"{option}: {text}"
            raise failures.search_failed(
                self._settings, entry, code or failures.SIZE_LIMIT_EXCEEDED, text, 0
            )
        return part

    def _parts(self, entry: str, raw: Mapping[str, Sequence[bytes] | None]) -> dict[str, Part]:
        try:
            return parts_of(raw)
        except ValueError as error:
            raise failures.search_failed(
                self._settings, entry, failures.SIZE_LIMIT_EXCEEDED, str(error), 0
            ) from None

    def _lost(self, error: Exception) -> NoReturn:
        abandon(self._ldap)
        raise failures.not_connected(self._settings, error) from None


@dataclass(frozen=True, slots=True)
class _Found:
    """The answer to one search. `cookie` leads to the next page; None without pages."""

    code: int
    text: str
    found: list[FoundEntry]
    cookie: bytes | None


class _PageTooLargeError(Exception):
    """The server allows fewer entries a page."""
