"""An LDAP connection that can also write. Every result code is looked at, as when searching."""

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import ldap3
from ldap3.core.exceptions import LDAPException
from ldap3.protocol.rfc4527 import post_read_control
from ldap3.utils.conv import escape_filter_chars
from pydantic import SecretStr

from inventory.errors import SchoolnetError
from provisioning.directory import failures
from provisioning.directory.lean import Written, add_all, modify_all
from provisioning.directory.login import abandon, address_of, answer_of, bind
from provisioning.directory.pin import Pin
from provisioning.directory.searching import SearchConnection
from provisioning.directory.settings import DirectorySettings

_POST_READ = "1.3.6.1.1.13.2"  # RFC 4527
_VERBS = {
    "add": ldap3.MODIFY_ADD, "delete": ldap3.MODIFY_DELETE, "replace": ldap3.MODIFY_REPLACE,
}  # fmt: skip


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

    def __init__(
        self,
        settings: DirectorySettings,
        name: str,
        password: SecretStr,
        pin: Pin | None = None,
    ) -> None:
        super().__init__(settings, name, password, pin)
        root = self.read("", ["supportedControl"])
        self._controls = frozenset(root.values("supportedControl") if root else ())
        self._visitor: ldap3.Connection | None = None

    def add(self, entry: str, attributes: Mapping[str, Sequence[str | bytes]]) -> Answer:
        """Make an entry; the answer has its own id, read again where the server does not say it."""
        own_id = self.dialect.own_id
        wanted = [post_read_control([own_id])] if _POST_READ in self._controls else None
        answer = self._send(self._ldap.add, entry, None, dict(attributes), controls=wanted)
        if answer.good and not answer.uuid and (found := self.read(entry, [own_id])):
            return replace(answer, uuid="".join(found.values(own_id)))
        return answer

    @property
    def takes_many(self) -> bool:
        """Whether `add_all` and `modify_all` may be used: by settings, and by what the server can.

        It must tell the own ids of new entries in its answers, and compare old values itself.
        """
        return self._settings.own_codec and _POST_READ in self._controls

    def add_all(
        self, entries: Iterable[tuple[str, Mapping[str, Sequence[str | bytes]]]]
    ) -> list[Answer | None]:
        """Make entries that do not need each other; None where the connection broke before.

        Unlike the others it raises nothing: each answer is for the caller to judge.
        """
        return self._judged(add_all(self._ldap, entries, self.dialect.own_id))

    def modify_all(
        self, changes: Sequence[tuple[str, Sequence[tuple[str, str, Sequence[str]]]]]
    ) -> list[Answer | None]:
        """Change entries that do not need each other; as `add_all`."""
        return self._judged(modify_all(self._ldap, changes))

    def _judged(self, found: Sequence[Written | None]) -> list[Answer | None]:
        if None in found:
            abandon(self._ldap)
        return [
            None if one is None else Answer(one.code, one.text, one.own_id.decode())
            for one in found
        ]

    def modify(
        self, entry: str, changes: Iterable[tuple[str, str, Sequence[str | bytes]]]
    ) -> Answer:
        """Delete, add and replace values, all or none: (verb, attribute, values)."""
        edits: dict[str, list[tuple[str, list[str | bytes]]]] = {}
        for verb, attribute, values in changes:
            edits.setdefault(attribute, []).append((_VERBS[verb], list(values)))
        return self._send(self._ldap.modify, entry, edits)

    def move(self, entry: str, name: str, parent: str) -> Answer:
        """Give an entry a new first part and a new parent (modify DN); it stays the same entry."""
        return self._send(self._ldap.modify_dn, entry, name, new_superior=parent)

    def delete(self, entry: str) -> Answer:
        """Remove an entry that nothing stands below."""
        return self._send(self._ldap.delete, entry)

    def check_takes_writes(self, answer: Answer) -> None:
        """Raise UnreachableError when every further write would be refused as well."""
        if failures.takes_no_writes(answer.code, answer.text):
            raise failures.unavailable(self._settings, answer.text)

    def accepts(self, entry: str, password: SecretStr) -> bool:
        """True when one can log in as this entry with this password.

        It asks over a connection of its own, so that ours keeps its rights.
        """
        if self._visitor is None:
            self._visitor = self._opened()
            self._check_visited(self._visitor)
        code, text = bind(self._settings, self._visitor, entry, password)
        return code == failures.SUCCESS or self.dialect.proves_password(code, text)

    def _check_visited(self, visitor: ldap3.Connection) -> None:
        """Another server may not know the entry or its password yet."""
        asked = self.dialect.server_name
        if not asked:
            return
        try:
            visitor.search("", "(objectClass=*)", ldap3.BASE, attributes=[asked])
            names = visitor.response[0]["attributes"].get(asked, ()) if visitor.response else ()
            self._pin.check(self._settings, address_of(visitor), "".join(names))
        except (LDAPException, OSError) as error:
            self._send_away()
            raise failures.not_connected(self._settings, error) from None
        except SchoolnetError:
            self._send_away()
            raise

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
        self.check_takes_writes(Answer(code, text))
        after = self._ldap.result.get("controls", {}).get(_POST_READ)
        values = after["value"]["result"].get(self.dialect.own_id, ()) if after else ()
        return Answer(code, text, str(values[0]) if values else "")


def equals(attribute: str, value: str) -> str:
    """The filter that an attribute has exactly this value (RFC 4515)."""
    return f"({attribute}={escape_filter_chars(value)})"
