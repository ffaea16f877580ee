"""Mail transport: an SMTP server in production, a directory in development."""

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
from urllib.parse import unquote

import structlog

from portal.errors import (
    MailDeferredError,
    MailError,
    MailRejectedError,
    MailUnavailableError,
)
from portal.outside_calls import seconds_left
from portal.setting_addresses import split_mail_url

log = structlog.get_logger(__name__)

# Applies to each response of the server, the first one included.
TIMEOUT_S = 10
DEFAULT_SENDER = "portal@localhost"
FIRST_PERMANENT_CODE = 500
# Such as "5.1.1" (RFC 3463). The text after it is not logged, because servers repeat the
# recipient's address there.
_ENHANCED_CODE = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")


@dataclass(frozen=True)
class RenderedEmail:
    """An email: a one-line subject, and the same content as text and as HTML.

    ``unsubscribe_url`` is for mail programs, which may send a POST to it without asking (RFC 8058).
    ``reply_to`` is the address of a person who reads the replies, if there is one.
    """

    subject: str
    text: str
    html: str
    unsubscribe_url: str = ""
    reply_to: str = ""


@dataclass(frozen=True)
class MailConnection:
    """Sender of several emails over one SMTP connection."""

    sender: str
    send_message: Callable[[EmailMessage], object]

    @property
    def domain(self) -> str:
        """Domain of the sender address."""
        return self.sender.rpartition("@")[2]

    def send(self, email: RenderedEmail, *, to: str, name: str = "") -> None:
        """Send one email; when this returns, the server has accepted it.

        With a ``name`` the Message-ID is the same at each attempt, so that mail programs recognize
        an email that arrives twice. Raises MailError; its class says whether a retry can help.
        """
        message = EmailMessage()
        try:
            message["From"], message["To"] = self.sender, to
            message["Subject"] = email.subject
            if email.reply_to:
                message["Reply-To"] = email.reply_to
        except ValueError as error:
            raise MailRejectedError("a line break in an address or the subject") from error
        message["Date"] = localtime()
        message["Message-ID"] = (
            f"<{name}@{self.domain}>" if name else make_msgid(domain=self.domain)
        )
        # RFC 3834: auto-responders must not reply.
        message["Auto-Submitted"] = "auto-generated"
        if email.unsubscribe_url:
            message["List-Unsubscribe"] = f"<{email.unsubscribe_url}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(email.text)
        message.add_alternative(email.html, subtype="html")
        try:
            self.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            raise _to_mail_error(error) from error


class Mailer:
    """Mailer for ``smtp://[user:password@]host[:port]``, ``smtps://…`` or ``file://folder``.

    ``?from=portal@example.com`` in the URL sets the sender. With credentials, a plain ``smtp``
    connection must switch to TLS with a valid certificate before they are sent. Without
    credentials, TLS is used if the server offers it, and its certificate is not verified.

    Raises SettingsError if the URL is invalid.
    """

    def __init__(self, url: str) -> None:
        parts = split_mail_url(url)
        self._parts = parts
        query = dict(part.partition("=")[::2] for part in parts.query.split("&"))
        self._sender = unquote(query.get("from", "")) or DEFAULT_SENDER

    @property
    def folder(self) -> Path | None:
        """Directory that emails are written to, or None if they are sent to a server."""
        if self._parts.scheme != "file":
            return None
        return Path(unquote(self._parts.netloc + self._parts.path))

    @contextmanager
    def connect(self) -> Iterator[MailConnection]:
        """Yield a connection to the server or directory; raise MailUnavailableError on failure.

        Not for web requests, which queue their emails.
        """
        seconds_left()
        if self.folder is not None:
            yield MailConnection(self._sender, partial(_write, self.folder))
            return
        try:
            server = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            raise MailUnavailableError(
                f"can't connect to the mail server: {_describe(error)}"
            ) from error
        try:
            yield MailConnection(self._sender, server.send_message)
        finally:
            # The server has accepted the emails, so an error of QUIT doesn't matter.
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
        """Switch the connection to TLS, and log in if the URL has a user."""
        user = unquote(self._parts.username or "")
        server.ehlo_or_helo_if_needed()
        if self._parts.scheme == "smtp" and (user or server.has_extn("starttls")):
            if not user:
                # No secret is sent over it, and relays in a private network have self-signed
                # certificates.
                context.check_hostname = False
                context.verify_mode = ssl.CERT_NONE
            server.starttls(context=context)
        if user:
            server.login(user, unquote(self._parts.password or ""))


def _write(folder: Path, message: EmailMessage) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    stamp = localtime().strftime("%Y%m%d-%H%M%S-%f")
    path = folder / f"{stamp}-{os.getpid()}.eml"
    # A reader never sees half of an email.
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(message.as_bytes())
    unfinished.rename(path)
    log.info("email.written", path=str(path))


def _to_mail_error(error: OSError | smtplib.SMTPException) -> MailError:
    """Return the error for this failure: a refusal, permanent or temporary, or no server."""
    text = _describe(error)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return MailRejectedError(f"the server doesn't support this address: {text}")
    if isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError):
        if _smtp_reply(error)[0] >= FIRST_PERMANENT_CODE:
            return MailRejectedError(f"refused for good: {text}")
        return MailDeferredError(f"refused for now: {text}")
    return MailUnavailableError(f"not accepted by the server: {text}")


def _describe(error: OSError | smtplib.SMTPException) -> str:
    """Return class and codes of an error; its text is left out, as it may name the recipient."""
    code, reply = _smtp_reply(error)
    enhanced = _ENHANCED_CODE.match(reply)
    parts = [type(error).__name__, str(code or ""), enhanced[0] if enhanced else ""]
    return " ".join(filter(None, parts))


def _smtp_reply(error: OSError | smtplib.SMTPException) -> tuple[int, str]:
    """Return code and text of the server's response; 0 and an empty text if there is none."""
    code, text = 0, b""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        # Each email has one recipient.
        code, text = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, text = error.smtp_code, error.smtp_error  # type: ignore[assignment]
    return code, text.decode(errors="replace")
