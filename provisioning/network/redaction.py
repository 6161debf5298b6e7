"""Taking secrets out of a configuration before anyone sees it or it is kept in clear.

It removes too much rather than too little: after a word that announces a secret, the rest of the
line goes. So an unknown spelling of a known command leaks nothing. Forms follow Cisco's IOS, HPE's
AOS-S and AOS-CX command references.
"""

import re
from collections.abc import Iterator

REMOVED = "<removed>"

_ANNOUNCES = re.compile(
    r"""(?ix)
    (?<![\w-])                       # not within a longer word; password-encryption is a setting
    (?:[\w-]*-)?                     # pre-shared-key, server-key, key-string, wpa-psk
    (?: password | passwd | secret | passphrase | passwort | community | psk | key | key-string
      | key-chain-string | credential | credentials | token | idtoken | plaintext | ciphertext
      | sha | sha1 | sha-?256 | sha-?512 | md5 | des | 3des | aes
      | authentication\ text )
    (?![\w-])
    \s+ (?P<secret>\S.*)
    """
)
_HOLDS_SECRET = re.compile(
    r"""(?ix)
    ^\s* (?:no\s+)?
    (?: snmp-server\ (?:host|user)\ \S+ | snmpv3\ (?:user|community)\ \S+
      | neighbor\ \S+\ password | standby\ \d+\ authentication
      | ntp\ authentication-key\ \d+ | enable\ (?:secret|password)
      | ip\ ospf\ (?:authentication-key|message-digest-key) )
    \s+ (?P<secret>\S.*)
    """
)
_URL = re.compile(r"(?P<scheme>[a-z][a-z0-9+]*://)\S+@", re.IGNORECASE)
_PRIVATE_BEGIN = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")
_PRIVATE_END = re.compile(r"-----END [A-Z ]*PRIVATE KEY-----")


def redact(text: str) -> str:
    """The text with every secret replaced by ``<removed>``; lines keep their number and order."""
    return "\n".join(_redacted(text.splitlines()))


def _redacted(lines: list[str]) -> Iterator[str]:
    private = False
    for line in lines:
        private = private or bool(_PRIVATE_BEGIN.search(line))
        yield REMOVED if private else _redacted_line(line)
        private = private and not _PRIVATE_END.search(line)


def _redacted_line(line: str) -> str:
    matches = [match for form in (_HOLDS_SECRET, _ANNOUNCES) if (match := form.search(line))]
    if matches:
        start = min(match.start("secret") for match in matches)
        line = f"{line[:start]}{REMOVED}"
    return _URL.sub(rf"\g<scheme>{REMOVED}@", line)
