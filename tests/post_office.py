"""SMTP server on loopback for tests that stores emails and refuses them on request."""

from __future__ import annotations

import email
import email.policy
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from portal.models import utc_now

TAKEN = "250 OK"


@dataclass
class PostOffice:
    """Received emails; ``answers`` are responses by recipient, ``verdict`` to the content.

    ``on_letter`` is called while the sender still waits for the response.
    """

    host: str = "127.0.0.1"
    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    verdict: str = TAKEN
    on_letter: Callable[[], object] = bool

    @property
    def url(self) -> str:
        """MAIL_URL of this server."""
        return f"smtp://{self.host}:{self.port}"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name, as below
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        answer = self.answers.get(address, TAKEN)
        if answer == TAKEN:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.verdict == TAKEN:
            self.senders.append(str(envelope.mail_from))
            self.encrypted.append(session.ssl is not None)
            self.letters.append(read_letter(envelope.content or b""))
            self.on_letter()
        return self.verdict

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _way: str, given: LoginPassword
    ) -> AuthResult:
        self.logins.append((given.login.decode(), given.password.decode()))
        return AuthResult(success=given.password == b"p@ss", handled=False)


class LoopbackController(Controller):
    """Controller that listens on any free port."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def open_post_office(certificate: Path | None = None) -> Iterator[PostOffice]:
    """Run a mail server; with a certificate it offers STARTTLS and login."""
    office = PostOffice()
    secured = {}
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        secured = {"tls_context": context, "authenticator": office.authenticate}
    controller = LoopbackController(office, hostname=office.host, port=0, **secured)
    controller.start()
    office.port = controller.port
    try:
        yield office
    finally:
        controller.stop()


def make_certificate(folder: Path, host: str) -> Path:
    """Write a self-signed certificate of ``host`` with its key; return the file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "post office")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(utc_now() - timedelta(days=1))
        .not_valid_after(utc_now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([_named(host)]), False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "post_office.pem"
    path.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


def _named(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def read_letter(content: bytes) -> EmailMessage:
    """Parse an email as mail programs do."""
    return email.message_from_bytes(content, policy=email.policy.default)


def letters_in(folder: Path | None) -> list[EmailMessage]:
    """Return the emails written to a directory, in order."""
    assert folder is not None
    return [read_letter(path.read_bytes()) for path in sorted(folder.glob("*.eml"))]


def part_of(letter: EmailMessage, kind: str) -> str:
    """Return the ``plain`` or ``html`` part of an email."""
    part = letter.get_body((kind,))
    assert part is not None
    return str(part.get_content())
