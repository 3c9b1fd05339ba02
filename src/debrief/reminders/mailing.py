"""Sends mails by SMTP. All settings are variables of the environment; see ``read``.

Sources: RFC 6409 (submission, port 587), RFC 3207 (STARTTLS), RFC 8314, section 3.3 (TLS from the
first byte, port 465).
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage

from debrief.reminders.mail import address_of
from debrief.reminders.posting import UndeliveredError
from debrief.reporters.plain import printable, shortened

PREFIX = "DEBRIEF_SMTP_"

STARTTLS, TLS, NONE = "starttls", "tls", "none"

_PORTS = {STARTTLS: 587, TLS: 465, NONE: 25}

_HERE = ("127.0.0.1", "::1", "localhost")


class SettingsError(Exception):
    """Mail cannot be sent so; each line names a variable, and never a password."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The server, how the way there is encrypted, and who sends."""

    host: str
    port: int
    security: str
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)


def read(environment: Mapping[str, str]) -> Settings:
    """The settings. Raises :class:`SettingsError`.

    ``DEBRIEF_SMTP_HOST`` and ``DEBRIEF_SMTP_FROM`` are needed; ``_PORT``, ``_USER``, ``_PASSWORD``
    are optional, and so is ``_SECURITY``: `starttls`, unless it says `tls` or `none`.
    """

    def value(name: str, default: str = "") -> str:
        return environment.get(f"{PREFIX}{name}", "").strip() or default

    wrong: list[str] = []
    host, sender = value("HOST"), address_of(value("FROM"))
    if not re.fullmatch(r"[A-Za-z0-9.:-]{1,253}", host):
        wrong.append(f"{PREFIX}HOST is missing, or is no name of a server")
    if sender is None:
        wrong.append(f"{PREFIX}FROM is missing, or is no mail address")
    security = value("SECURITY", STARTTLS).lower()
    if security not in _PORTS:
        wrong.append(f"{PREFIX}SECURITY is none of {', '.join(_PORTS)}")
    port = value("PORT", str(_PORTS.get(security, 587)))
    if not re.fullmatch("[0-9]{1,5}", port) or not 0 < int(port) < 65_536:
        wrong.append(f"{PREFIX}PORT is no port: write a number up to 65535")
    user, password = value("USER"), environment.get(f"{PREFIX}PASSWORD", "")
    if bool(user) != bool(password):
        wrong.append(f"{PREFIX}USER and {PREFIX}PASSWORD go together: set both, or neither")
    if security == NONE and user and host not in _HERE:
        wrong.append(f"{PREFIX}SECURITY is none: the password would be sent for all to read")
    if wrong or sender is None:
        raise SettingsError("\n".join(wrong))
    return Settings(host, int(port), security, sender, user, password)


@contextmanager
def connected(settings: Settings, timeout: float = 30.0) -> Iterator[smtplib.SMTP]:
    """A connection to the server, encrypted and logged in. Raises :class:`UndeliveredError`."""
    context = ssl.create_default_context()
    try:
        server: smtplib.SMTP
        if settings.security == TLS:
            server = smtplib.SMTP_SSL(
                settings.host, settings.port, timeout=timeout, context=context
            )
        else:
            server = smtplib.SMTP(settings.host, settings.port, timeout=timeout)
    except (OSError, smtplib.SMTPException) as error:
        raise UndeliveredError(f"the mail server was not reached: {_said(error)}") from None
    try:
        _greet(server, settings, context)
        yield server
    finally:
        with suppress(OSError, smtplib.SMTPException):  # a farewell that is not heard is no loss
            server.quit()


def _greet(server: smtplib.SMTP, settings: Settings, context: ssl.SSLContext) -> None:
    try:
        if settings.security == STARTTLS:
            server.starttls(context=context)
        if settings.user:
            server.login(settings.user, settings.password)
    except (OSError, smtplib.SMTPException) as error:
        raise UndeliveredError(f"the mail server refused: {_said(error)}") from None


def deliver(server: smtplib.SMTP, message: EmailMessage) -> None:
    """Hand one mail over. Raises :class:`UndeliveredError` where not all letterboxes took it."""
    try:
        refused = server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise UndeliveredError(f"the mail server refused: {_said(error)}") from None
    if refused:
        raise UndeliveredError(f"the mail server refused {len(refused)} of the letterboxes")


def _said(error: Exception) -> str:
    """What the server said, without what was said to it."""
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error
        text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
        return f"{error.smtp_code} {shortened(printable(text), 120)}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = sorted({code for code, _ in error.recipients.values()})
        return f"{', '.join(map(str, codes))} for every letterbox"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid ({error.verify_message})"
    return type(error).__name__
