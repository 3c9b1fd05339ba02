"""A mail server on this machine, which keeps what it gets; with encryption and login, if asked."""

from __future__ import annotations

import socket
import ssl
from asyncio.base_events import Server
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "reminders", "a-password-of-the-tests"


@dataclass
class MailServer:
    """What arrived, and to whom; ``refused`` are letterboxes that it does not take."""

    host: str = "127.0.0.1"
    port: int = 0
    refused: set[str] = field(default_factory=set)
    received: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    at_once: bool = False
    """Whether it is encrypted from the first byte."""
    encrypted: list[bool] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - the name by which the library finds it
        self, _server: Any, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if address in self.refused:
            return "550 no such letterbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.received.append((envelope.rcpt_tos, message))
        self.encrypted.append(self.at_once or session.ssl is not None)
        return "250 taken"


class _AnyPort(Controller):
    """Takes the port that the system gives, and knows it before it is asked."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, Server)
        self.port = self.server.sockets[0].getsockname()[1]
        socket.create_connection((self.hostname, self.port), 5).close()


@contextmanager
def mail_server(
    authority: trustme.CA | None = None, *, starttls: bool = False, login: bool = False
) -> Iterator[MailServer]:
    """A server; with an authority it is encrypted from the first byte, or from STARTTLS on.

    It takes a login after STARTTLS alone: of another encryption the library knows nothing then.
    """
    server = MailServer(at_once=authority is not None and not starttls)
    context = None
    if authority is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("127.0.0.1").configure_cert(context)

    def authenticate(*given: Any) -> AuthResult:
        right = given[-1] == LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=right, handled=False)

    more: dict[str, Any] = {"tls_context": context, "require_starttls": True} if starttls else {}
    if login:
        more |= {"authenticator": authenticate, "auth_required": True}
    at_once = context if server.at_once else None
    controller = _AnyPort(server, hostname=server.host, port=0, ssl_context=at_once, **more)
    controller.start()
    try:
        server.port = controller.port
        yield server
    finally:
        controller.stop()


def trusted(authority: trustme.CA, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process trust what the authority has signed."""
    file = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
