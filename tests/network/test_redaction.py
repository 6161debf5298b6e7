"""No secret survives redaction, in any known spelling and some unknown ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.network.redaction import REMOVED, redact

FORMS = [
    "enable secret 5 {}",
    "enable secret 9 {}",
    "enable password {}",
    "enable password 7 {}",
    "username admin privilege 15 secret 5 {}",
    "username admin password 7 {}",
    "snmp-server community {} RO 10",
    "snmp-server host 192.0.2.1 version 2c {} ",
    "snmp-server host 192.0.2.1 {}",
    "snmp-server user bob group v3 auth sha {} priv aes 128 {}",
    "radius-server key 7 {}",
    "radius-server host 192.0.2.1 auth-port 1812 key {}",
    "radius server one\n address ipv4 192.0.2.1\n key 7 {}",
    " pac key 7 {}",
    " server-private 192.0.2.1 key {}",
    "  client 192.0.2.1 server-key 7 {}",
    "tacacs-server key {}",
    "tacacs server one\n key {}",
    "crypto isakmp key {} address 192.0.2.1",
    " pre-shared-key address 0.0.0.0 0.0.0.0 key {}",
    " key-string 7 {}",
    " wpa-psk ascii 0 {}",
    " security wpa psk set-key ascii 0 {}",
    "line vty 0 4\n password 7 {}",
    " ppp chap password 0 {}",
    " ip ospf authentication-key {}",
    " ip ospf message-digest-key 1 md5 7 {}",
    " neighbor 192.0.2.1 password {}",
    "ntp authentication-key 1 md5 {} 7",
    "standby 1 authentication {}",
    "vtp password {}",
    " archive\n  path ftp://bob:{}@192.0.2.1/conf",
    # HPE AOS-S and AOS-CX
    'password manager user-name "admin" sha1 "{}"',
    'snmp-server community "{}" operator unrestricted',
    'snmpv3 user "bob" auth sha "{}" priv aes "{}"',
    'radius-server host 192.0.2.1 key "{}"',
    "tacacs-server host 192.0.2.1 encrypted-key {}",
    "user admin group administrators password ciphertext {}",
    "snmp-server community {}",
    # not met yet
    "cloud onboarding-token {}",
    "wlan one passphrase {}",
]

secrets = st.text("abcXYZ019$./+=!_-", min_size=8, max_size=40).filter(lambda text: text[0] != "-")


@pytest.mark.parametrize("form", FORMS)
@given(secret=secrets)
def test_a_planted_secret_is_gone(form: str, secret: str) -> None:
    marked = f"Qq{secret}qQ"
    text = "hostname sw-1\n" + form.replace("{}", marked) + "\ninterface Vlan1"
    redacted = redact(text)
    assert marked not in redacted
    assert REMOVED in redacted
    assert len(redacted.splitlines()) == len(text.splitlines())


def test_a_private_key_is_gone_and_what_follows_stays() -> None:
    text = "a\n-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY-----\nb"
    assert redact(text).splitlines() == ["a", REMOVED, REMOVED, REMOVED, "b"]


def test_what_is_no_secret_stays_readable() -> None:
    text = "\n".join(
        [
            "service password-encryption",
            "interface GigabitEthernet1/0/1",
            " description Raum 101",
            " switchport access vlan 10",
            " switchport trunk allowed vlan 10-12,20",
            "vtp mode transparent",
            "ip ssh version 2",
        ]
    )
    assert redact(text) == text


@given(st.text(max_size=300))
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    once = redact(text)
    assert redact(once) == once
