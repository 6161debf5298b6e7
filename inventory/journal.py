"""The append-only hash chain over what happened, and its proof.

In clear stand number, time, kind, action, school, a random record id, run and commitment. All
that says who or what is payload. Payload and salt exist once and die together, and the chain
runs over commitments only: after an erasure it still verifies. A chain that somebody rewrote
and rehashed as a whole is caught only against a head kept outside (any report names one).
"""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import NamedTuple

from inventory.messages import Message, _, say

GENESIS = bytes(32)


class Entry(NamedTuple):
    """What one journal row shows in clear."""

    seq: int
    time: int
    kind: str
    action: str
    school: str
    record: str
    run: str
    commitment: bytes


def commit(salt: bytes, body: bytes) -> bytes:
    """SHA-256 over salt and payload: binds to the payload, tells nothing without the salt."""
    return sha256(salt + body).digest()


def link(previous: bytes, entry: Entry) -> bytes:
    """The chain's next head: SHA-256 over the previous head and the entry's clear fields."""
    seq, time, kind, action, school, record, run, commitment = entry
    clear = f"{seq}\x1f{time}\x1f{kind}\x1f{action}\x1f{school}\x1f{record}\x1f{run}\x1f"
    return sha256(previous + clear.encode() + commitment).digest()


class ChainRow(NamedTuple):
    """A stored entry with its hash and, unless erased, its salt and payload."""

    entry: Entry
    hash: bytes
    salt: bytes | None
    body: bytes | None


def verify_chain(
    rows: Iterable[ChainRow], head_seq: int, head_hash: bytes, erased: Mapping[str, int]
) -> Iterator[Message]:
    """What is wrong with the chain; nothing when it holds.

    `erased` gives the records that journalled erasures name, with the number of the last such
    entry: only their payloads may be gone, and only those before it.
    """
    previous, expected = GENESIS, 1
    for row in rows:
        seq = row.entry.seq
        if seq != expected:
            yield say(_("Journal: entries {first} to {last} are missing."), first=expected,
                      last=seq - 1)  # fmt: skip
        if link(previous, row.entry) != row.hash:
            yield say(_("Journal: entry {seq} was changed after it was written."), seq=seq)
        if row.salt is None:
            if seq > erased.get(row.entry.record, 0):
                yield say(_("Journal: the content of entry {seq} was removed."), seq=seq)
        elif commit(row.salt, row.body or b"") != row.entry.commitment:
            yield say(_("Journal: the content of entry {seq} is not what was written."), seq=seq)
        previous, expected = row.hash, seq + 1
    if (expected - 1, previous) != (head_seq, head_hash):
        yield say(
            _("Journal: the newest entry should be number {head}, the last one found is {last}."),
            head=head_seq,
            last=expected - 1,
        )
