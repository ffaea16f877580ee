"""Send mail: to a server in production, into a folder in development."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import localtime, make_msgid
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

import structlog

from portal.errors import MailError, SettingsError

log = structlog.get_logger(__name__)

TIMEOUT_S = 10
DEFAULT_SENDER = "portal@localhost"


class Mailer:
    """Send through ``smtp://[user:password@]host[:port]``, ``smtps://…`` or into ``file://folder``.

    ``?from=portal@example.com`` in the URL sets the sender. With credentials, a plain ``smtp``
    connection is upgraded by STARTTLS first.
    """

    def __init__(self, url: str) -> None:
        parts = _parts_of(url)
        self._parts = parts
        query = dict(part.partition("=")[::2] for part in parts.query.split("&"))
        self._sender = unquote(query.get("from", "")) or DEFAULT_SENDER

    @property
    def folder(self) -> Path | None:
        """Return the folder that mail is written to, or None if it is really sent."""
        if self._parts.scheme != "file":
            return None
        return Path(unquote(self._parts.netloc + self._parts.path))

    def send(self, *, to: str, subject: str, text: str) -> None:
        """Send one plain message; raise MailError if it could not be handed over."""
        message = EmailMessage()
        try:
            message["From"], message["To"], message["Subject"] = self._sender, to, subject
        except ValueError as error:
            raise MailError("mail has a line break in its address or subject") from error
        message["Date"] = localtime()
        message["Message-ID"] = make_msgid(domain=self._sender.rpartition("@")[2])
        message.set_content(text)
        try:
            self._deliver(message)
        except (OSError, smtplib.SMTPException) as error:
            raise MailError(f"mail could not be handed over: {type(error).__name__}") from error

    def _deliver(self, message: EmailMessage) -> None:
        if self.folder is None:
            self._deliver_to_server(message)
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        stamp = localtime().strftime("%Y%m%d-%H%M%S-%f")
        path = self.folder / f"{stamp}.eml"
        path.write_bytes(message.as_bytes())
        log.info("mail.written", path=str(path))

    def _deliver_to_server(self, message: EmailMessage) -> None:
        parts, context = self._parts, ssl.create_default_context()
        host = parts.hostname or "localhost"
        server: smtplib.SMTP
        if parts.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT_S, context=context)
        else:
            server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_S)
        with server:
            if parts.username:
                if parts.scheme == "smtp":
                    server.starttls(context=context)
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(message)


def _parts_of(url: str) -> SplitResult:
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
