"""A directory that gives answers written down beforehand: what no server of the lab does.

It speaks LDAP (RFC 4511) through TLS, with the message types of ldap3's own schema, and answers
each request by a function of the test. The answers are short and invented.
"""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ldap3.protocol import rfc4511
from pyasn1.codec.ber import decoder, encoder

from provisioning.directory.settings import DirectorySettings
from provisioning.lab.certificates import issue_certificate

Answerer = Callable[[str, Any], Sequence[Any]]
"""Takes the kind of a request (``searchRequest``) and the request; gives the answers."""


@contextmanager
def recorded(folder: Path, answer: Answerer) -> Iterator[DirectorySettings]:
    """The settings that lead to such a directory of the kind active_directory."""
    issue_certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_serve, args=(listening, context, answer), daemon=True).start()
        yield DirectorySettings.model_validate(
            {
                "kind": "active_directory",
                "url": f"ldaps://localhost:{listening.getsockname()[1]}",
                "ca_file": folder / "ca.pem",
                "bind_dn": "CN=svc,DC=school,DC=example",
                "password": "file:none",
                "base": "OU=Schools,DC=school,DC=example",
                "receive_timeout": 5,
            }
        )
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)


def _serve(listening: socket.socket, context: ssl.SSLContext, answer: Answerer) -> None:
    with suppress(OSError):
        while True:
            plain, _address = listening.accept()
            arguments = (plain, context, answer)
            threading.Thread(target=_converse, args=arguments, daemon=True).start()


def _converse(plain: socket.socket, context: ssl.SSLContext, answer: Answerer) -> None:
    with suppress(OSError), context.wrap_socket(plain, server_side=True) as connection:
        _answer_all(connection, answer)


def _answer_all(connection: ssl.SSLSocket, answer: Answerer) -> None:
    waiting = b""
    while more := connection.recv(65536):
        waiting += more
        while waiting:
            try:
                message, waiting = decoder.decode(waiting, asn1Spec=rfc4511.LDAPMessage())
            except Exception:  # not all of it has come yet
                break
            operation = message["protocolOp"]
            if operation.getName() == "unbindRequest":
                return
            for told in answer(operation.getName(), operation.getComponent()):
                connection.sendall(_encoded(int(message["messageID"]), told))


def _encoded(number: int, told: Any) -> bytes:
    message = rfc4511.LDAPMessage()
    message["messageID"] = rfc4511.MessageID(number)
    operation = rfc4511.ProtocolOp()
    operation[_NAMES[type(told)]] = told
    message["protocolOp"] = operation
    encoded: bytes = encoder.encode(message)
    return encoded


_NAMES = {
    rfc4511.BindResponse: "bindResponse",
    rfc4511.SearchResultEntry: "searchResEntry",
    rfc4511.SearchResultDone: "searchResDone",
    rfc4511.ModifyResponse: "modifyResponse",
}


def ended(kind: type, code: int = 0, text: str = "") -> Any:
    """A response of this type with a result code and the server's words."""
    response = kind()
    response["resultCode"] = rfc4511.ResultCode(code)
    response["matchedDN"] = rfc4511.LDAPDN("")
    response["diagnosticMessage"] = rfc4511.LDAPString(text)
    return response


def entry(dn: str, attributes: Mapping[str, Sequence[str]]) -> Any:
    """An entry of a search's answer."""
    found = rfc4511.SearchResultEntry()
    found["object"] = rfc4511.LDAPDN(dn)
    listed = rfc4511.PartialAttributeList()
    for position, (name, texts) in enumerate(attributes.items()):
        attribute = rfc4511.PartialAttribute()
        attribute["type"] = rfc4511.AttributeDescription(name)
        values = rfc4511.Vals()
        for number, text in enumerate(texts):
            values[number] = rfc4511.AttributeValue(text.encode())
        attribute["vals"] = values
        listed[position] = attribute
    found["attributes"] = listed
    return found
