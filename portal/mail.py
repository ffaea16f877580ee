"""Send mail: to a server in production, into a folder in development."""

from __future__ import annotations

import os
import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import localtime, make_msgid
from functools import partial
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

import structlog

from portal.errors import (
    MailDeferredError,
    MailError,
    MailRejectedError,
    MailUnavailableError,
    SettingsError,
)

log = structlog.get_logger(__name__)

# For each answer of the server, the first one included.
TIMEOUT_S = 10
DEFAULT_SENDER = "portal@localhost"
FIRST_PERMANENT_CODE = 500
# Like "5.1.1" (RFC 3463). The words behind it are left out: servers repeat the address there.
_ENHANCED_CODE = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")


@dataclass(frozen=True)
class RenderedEmail:
    """Hold what is sent: a subject in one line, and the same words as text and as HTML."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class MailConnection:
    """Hand over one letter after the other, on one connection."""

    sender: str
    send_message: Callable[[EmailMessage], object]

    @property
    def domain(self) -> str:
        """Return the domain that our letters come from."""
        return self.sender.rpartition("@")[2]

    def send(self, email: RenderedEmail, *, to: str, name: str = "") -> None:
        """Hand the letter over; when this returns, it was accepted.

        With a ``name`` its Message-ID is the same each time, so that readers' mail programs know
        a letter that came twice. Raises MailError; its class says whether a retry can help.
        """
        message = EmailMessage()
        try:
            message["From"], message["To"] = self.sender, to
            message["Subject"] = email.subject
        except ValueError as error:
            raise MailRejectedError("a line break in the address or the subject") from error
        message["Date"] = localtime()
        message["Message-ID"] = (
            f"<{name}@{self.domain}>" if name else make_msgid(domain=self.domain)
        )
        # RFC 3834: nobody's absence note shall answer.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(email.text)
        message.add_alternative(email.html, subtype="html")
        try:
            self.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            raise _to_mail_error(error) from error


class Mailer:
    """Send through ``smtp://[user:password@]host[:port]``, ``smtps://…`` or into ``file://folder``.

    ``?from=portal@example.com`` in the URL sets the sender. With credentials a plain ``smtp``
    connection must become an encrypted one, with a certificate that is good, before they are
    sent; without, it is encrypted if the server offers it.
    """

    def __init__(self, url: str) -> None:
        parts = _split_mail_url(url)
        self._parts = parts
        query = dict(part.partition("=")[::2] for part in parts.query.split("&"))
        self._sender = unquote(query.get("from", "")) or DEFAULT_SENDER

    @property
    def folder(self) -> Path | None:
        """Return the folder that mail is written to, or None if it is really sent."""
        if self._parts.scheme != "file":
            return None
        return Path(unquote(self._parts.netloc + self._parts.path))

    def send(self, email: RenderedEmail, *, to: str) -> None:
        """Send one letter; raise MailError if it could not be handed over."""
        with self.connect() as connection:
            connection.send(email, to=to)

    @contextmanager
    def connect(self) -> Iterator[MailConnection]:
        """Yield a line to the server or folder; raise MailUnavailableError if there is none."""
        if self.folder is not None:
            yield MailConnection(self._sender, partial(_write, self.folder))
            return
        try:
            server = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            raise MailUnavailableError(f"no line to the mail server: {_describe(error)}") from error
        try:
            yield MailConnection(self._sender, server.send_message)
        finally:
            # What was accepted stays accepted, however the goodbye goes.
            with suppress(OSError, smtplib.SMTPException):
                server.quit()

    def _connect(self) -> smtplib.SMTP:
        parts, context = self._parts, ssl.create_default_context()
        host = parts.hostname or "localhost"
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, parts.port or 465, timeout=TIMEOUT_S, context=context
            )
        else:
            server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_S)
        try:
            self._authenticate(server, context)
        except BaseException:
            server.close()
            raise
        return server

    def _authenticate(self, server: smtplib.SMTP, context: ssl.SSLContext) -> None:
        """Encrypt the line, and say who we are if the URL does."""
        user = unquote(self._parts.username or "")
        server.ehlo_or_helo_if_needed()
        if self._parts.scheme == "smtp" and (user or server.has_extn("starttls")):
            if not user:
                # No secret of ours goes over it; relays in one's own network sign for themselves.
                context.check_hostname = False
                context.verify_mode = ssl.CERT_NONE
            server.starttls(context=context)
        if user:
            server.login(user, unquote(self._parts.password or ""))


def _write(folder: Path, message: EmailMessage) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    stamp = localtime().strftime("%Y%m%d-%H%M%S-%f")
    path = folder / f"{stamp}-{os.getpid()}.eml"
    path.write_bytes(message.as_bytes())
    log.info("email.written", path=str(path))


def _to_mail_error(error: OSError | smtplib.SMTPException) -> MailError:
    """Return whether the server refused reader or letter, for now or for good, or is away."""
    text = _describe(error)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return MailRejectedError(f"the server can't write to such an address: {text}")
    if isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError):
        if _smtp_reply(error)[0] >= FIRST_PERMANENT_CODE:
            return MailRejectedError(f"refused for good: {text}")
        return MailDeferredError(f"refused for now: {text}")
    return MailUnavailableError(f"could not be handed over: {text}")


def _describe(error: OSError | smtplib.SMTPException) -> str:
    """Return kind and codes of an error; what servers say besides may name the reader."""
    code, reply = _smtp_reply(error)
    enhanced = _ENHANCED_CODE.match(reply)
    parts = [type(error).__name__, str(code or ""), enhanced[0] if enhanced else ""]
    return " ".join(filter(None, parts))


def _smtp_reply(error: OSError | smtplib.SMTPException) -> tuple[int, str]:
    """Return code and words of the server's answer, or 0 and nothing."""
    code, text = 0, b""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        # Each letter has one reader.
        code, text = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, text = error.smtp_code, error.smtp_error  # type: ignore[assignment]
    return code, text.decode(errors="replace")


def _split_mail_url(url: str) -> SplitResult:
    """Return the parts of MAIL_URL; raise SettingsError for one that can't be sent to."""
    try:
        parts = urlsplit(url)
        is_usable = parts.port != 0 and bool(parts.hostname or parts.path)
    except ValueError:
        # Not shown and not chained: the address may hold a password.
        raise SettingsError("MAIL_URL has a broken host or port") from None
    if parts.scheme not in ("file", "smtp", "smtps") or not is_usable:
        raise SettingsError(
            f"MAIL_URL begins with {parts.scheme!r}: write smtp://host or file://folder"
        )
    return parts
