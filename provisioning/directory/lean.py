"""Searches and writes in masses over a logged-in ldap3 connection, by our own codec.

ldap3 encodes the one request of a search; its answers, and all requests of a mass write, go
through `codec`. What it answers is judged by the caller, as with ldap3.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import ldap3
from ldap3.core.results import RESULT_CODES
from ldap3.operation.search import search_operation
from ldap3.protocol.rfc4527 import post_read_control
from pyasn1.codec.ber.encoder import encode

from provisioning.directory.codec import answers, requests
from provisioning.directory.codec.ber import MalformedError, inner
from provisioning.directory.codec.pipeline import Pipeline
from provisioning.directory.login import abandon

_PAGES = "1.2.840.113556.1.4.319"  # RFC 2696
_POST_READ = "1.3.6.1.1.13.2"  # RFC 4527
_SEARCH = b"\x63"


class Page(NamedTuple):
    """One page of a search. `cookie` leads to the next; None: the server gave no pages.

    `referred`: the server pointed elsewhere for a part.
    """

    code: int
    text: str
    entries: list[tuple[str, dict[str, tuple[bytes, ...]]]]
    cookie: bytes | None
    referred: bool


class Written(NamedTuple):
    """The answer to one write, with the new entry's own id where the server told it."""

    code: int
    text: str
    own_id: bytes


def search_pages(
    connection: ldap3.Connection,
    base: str,
    attributes: Sequence[str],
    where: str,
    size: int,
    *,
    ahead: bool,
) -> Iterator[Page]:
    """Everything at and below `base` that matches, page by page, to the end or a refusal.

    With `ahead` the next page is asked for before one is decoded: the server works on it
    meanwhile, and nothing else may be asked over the connection, which is given up when the
    reader stops between two pages. Raises LostError when the connection broke, MalformedError for
    an answer that is none, LDAPException for a filter that is none.
    """
    request = search_operation(
        base, where, ldap3.SUBTREE, ldap3.DEREF_NEVER, list(attributes), 0, 0, False,
        auto_escape=False, auto_encode=True,
    )  # fmt: skip
    # pyasn1 leaves out the tag that only the surrounding choice would give it
    encoded = _SEARCH + bytes(encode(request))[1:]
    pipeline = Pipeline(connection, connection.receive_timeout)

    def ask(cookie: bytes) -> int:
        control = requests.control(_PAGES, requests.paged(size, cookie), critical=True)
        return pipeline.ask(encoded, control)

    number: int | None = ask(b"")
    try:
        while number is not None:
            *found, done = pipeline.answers_to(number)
            number = None
            code, text = answers.result(done)
            value = answers.controls(done).get(_PAGES)
            cookie = None if value is None else answers.page_cookie(value)
            goes_on = code == 0 and bool(cookie)
            if goes_on and ahead:
                number = ask(cookie or b"")
            entries = [answers.entry(one) for one in found if one.tag == answers.ENTRY]
            referred = len(entries) < len(found)
            yield Page(code, _in_words(code, text), entries, cookie, referred)
            if goes_on and not ahead:
                number = ask(cookie or b"")
    finally:
        if number is not None:  # its answer would be taken for that to something else
            abandon(connection)


def add_all(
    connection: ldap3.Connection,
    entries: Iterable[tuple[str, Mapping[str, Sequence[str | bytes]]]],
    own_id: str,
) -> list[Written | None]:
    """Make entries; none of them may need another one. None: no answer came, or
    none that can be read.

    `own_id`: the attribute that the answers shall tell; empty: none.
    """
    wanted = bytes(encode(post_read_control([own_id]))) if own_id else b""
    sent = (requests.add(entry, attributes) for entry, attributes in entries)
    found = Pipeline(connection, connection.receive_timeout).exchange(sent, wanted)
    return [*map(_written, found)]


def modify_all(
    connection: ldap3.Connection,
    changes: Iterable[tuple[str, Iterable[tuple[str, str, Sequence[str | bytes]]]]],
) -> list[Written | None]:
    """Change entries, each as a whole or not at all; none may need another.

    None: as with `add_all`.
    """
    sent = (requests.modify(entry, edits) for entry, edits in changes)
    found = Pipeline(connection, connection.receive_timeout).exchange(sent)
    return [*map(_written, found)]


def _written(message: answers.Message | None) -> Written | None:
    """None where no answer came, or one that cannot be read: then only a read can tell."""
    if message is None:
        return None
    try:
        code, text = answers.result(message)
        value = answers.controls(message).get(_POST_READ, b"")
        return Written(code, _in_words(code, text), _first_value(value) if value else b"")
    except MalformedError:
        return None


def _first_value(entry: bytes) -> bytes:
    """The only value of the only attribute in a SearchResultEntry (RFC 4527, 3.2)."""
    _tag, at, end = inner(entry, 0, len(entry))
    _tag, _begin, at = inner(entry, at, end)
    _tag, at, end = inner(entry, at, end)
    values = next(iter(answers.attributes(entry, at, end).values()), ())
    return values[0] if values else b""


def _in_words(code: int, text: str) -> str:
    """The code's name, and what the server adds: as ldap3 gives it."""
    name = RESULT_CODES.get(code, str(code))
    return ": ".join(part for part in (name, text.rstrip("\0")) if part)
