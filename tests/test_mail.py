"""Mail goes into a folder or to a server, and what can't be handed over is an error."""

from __future__ import annotations

import email
import email.policy
import socketserver
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pytest
import structlog

from portal import mail
from portal.errors import MailError, SettingsError
from portal.mail import Mailer

LETTER = {"to": "ada@example.com", "subject": "Grüße", "text": "Confirm:\nhttps://portal.example"}


class Conversation(socketserver.StreamRequestHandler):
    """Speak as much SMTP as it takes to accept one letter, and refuse one reader."""

    server: MailServer

    def handle(self) -> None:
        self.answer("220 ready")
        for line in self.rfile:
            command = line.decode().strip().lower()
            self.server.commands.append(command)
            if "nobody@" in command:
                self.answer("550 no such reader")
            elif command == "data":
                self.answer("354 go on")
                self.server.letters.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                self.answer("250 accepted")
            else:
                self.answer("221 bye" if command == "quit" else "250 fine")

    def answer(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    """Listen on loopback and keep what was said and sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.commands: list[str] = []
        self.letters: list[bytes] = []

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as opened:
        thread = Thread(target=opened.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield opened
        opened.shutdown()
        thread.join(10)


def read(content: bytes) -> EmailMessage:
    return email.message_from_bytes(content, policy=email.policy.default)


def letters_in(folder: Path) -> list[EmailMessage]:
    return [read(path.read_bytes()) for path in sorted(folder.glob("*.eml"))]


def test_a_folder_gets_a_whole_letter(tmp_path: Path) -> None:
    mailer = Mailer(f"file://{tmp_path}/new/mail?from=portal@clay.example")

    mailer.send(**LETTER)

    (letter,) = letters_in(tmp_path / "new" / "mail")
    assert (letter["From"], letter["To"]) == ("portal@clay.example", "ada@example.com")
    assert letter["Subject"] == "Grüße"
    assert letter.get_content() == "Confirm:\nhttps://portal.example\n"
    assert letter["Message-ID"].endswith("@clay.example>")
    assert letter["Date"].datetime.tzinfo is not None


def test_each_letter_is_a_file_of_its_own(tmp_path: Path) -> None:
    mailer = Mailer(f"file://{tmp_path}")

    for number in range(20):
        mailer.send(**LETTER | {"subject": str(number)})

    assert [letter["Subject"] for letter in letters_in(tmp_path)] == list(map(str, range(20)))


@pytest.mark.promise(10)
def test_the_log_names_the_file_and_no_person(tmp_path: Path) -> None:
    with structlog.testing.capture_logs() as logs:
        Mailer(f"file://{tmp_path}").send(**LETTER)

    assert [line["event"] for line in logs] == ["mail.written"]
    assert "ada@example.com" not in repr(logs)


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        ("file://var/mail", Path("var/mail")),
        ("file:///srv/my%20mail", Path("/srv/my mail")),
        ("smtp://mail.example", None),
        ("smtps://mail.example", None),
    ],
)
def test_the_folder_is_told_if_there_is_one(url: str, folder: Path | None) -> None:
    assert Mailer(url).folder == folder


def test_a_server_gets_the_letter(server: MailServer) -> None:
    Mailer(f"{server.url}?from=portal%40clay.example").send(**LETTER)

    (letter,) = map(read, server.letters)
    assert letter["Subject"] == "Grüße"
    assert letter.get_content().splitlines() == ["Confirm:", "https://portal.example"]
    assert any(line.startswith("mail from:<portal@clay.example>") for line in server.commands)
    assert any(line.startswith("rcpt to:<ada@example.com>") for line in server.commands)


def test_without_a_sender_in_the_address_there_is_a_default(server: MailServer) -> None:
    Mailer(server.url).send(**LETTER)

    assert read(server.letters[0])["From"] == "portal@localhost"


@pytest.mark.promise(10)
def test_a_reader_whom_the_server_refuses_is_an_error_that_names_nobody(
    server: MailServer,
) -> None:
    with pytest.raises(MailError, match="SMTPRecipientsRefused") as failed:
        Mailer(server.url).send(**LETTER | {"to": "nobody@example.com"})

    assert failed.value.retryable
    assert "nobody@" not in str(failed.value)
    assert server.letters == []


def test_a_password_is_never_sent_over_an_open_line(server: MailServer) -> None:
    url = server.url.replace("smtp://", "smtp://portal:hidden@")

    with pytest.raises(MailError, match="SMTPNotSupportedError"):
        Mailer(url).send(**LETTER)

    assert not any("auth" in line for line in server.commands)


class EncryptedServer:
    """Stand for smtplib's client: a loopback server with a trusted certificate isn't to be had."""

    calls: ClassVar[list[tuple[object, ...]]] = []

    def __init__(self, host: str, port: int, *, timeout: float, **options: object) -> None:
        self.calls[:] = [("connect", host, port, timeout, *options)]

    def __enter__(self) -> EncryptedServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.calls.append(("quit",))

    def starttls(self, *, context: ssl.SSLContext) -> None:
        self.calls.append(("starttls", context.verify_mode))

    def login(self, user: str, password: str) -> None:
        self.calls.append(("login", user, password))

    def send_message(self, message: EmailMessage) -> None:
        self.calls.append(("send", message["To"]))


@pytest.mark.parametrize(
    ("url", "calls"),
    [
        (
            "smtp://portal:p%40ss@mail.example",
            [
                ("connect", "mail.example", 25, 10),
                ("starttls", ssl.CERT_REQUIRED),
                ("login", "portal", "p@ss"),
            ],
        ),
        (
            "smtps://portal@mail.example",
            [("connect", "mail.example", 465, 10, "context"), ("login", "portal", "")],
        ),
        ("smtps://mail.example:4650", [("connect", "mail.example", 4650, 10, "context")]),
    ],
)
def test_credentials_go_over_an_encrypted_line(
    monkeypatch: pytest.MonkeyPatch, url: str, calls: list[tuple[object, ...]]
) -> None:
    monkeypatch.setattr(mail.smtplib, "SMTP", EncryptedServer)
    monkeypatch.setattr(mail.smtplib, "SMTP_SSL", EncryptedServer)

    Mailer(url).send(**LETTER)

    assert EncryptedServer.calls == [*calls, ("send", "ada@example.com"), ("quit",)]


def test_a_server_that_is_not_there_is_an_error() -> None:
    with MailServer() as closed:
        url = closed.url

    with pytest.raises(MailError, match="ConnectionRefusedError"):
        Mailer(url).send(**LETTER)


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file, no folder")

    with pytest.raises(MailError, match="could not be handed over"):
        Mailer(f"file://{tmp_path}/mail").send(**LETTER)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("field", ["to", "subject"])
def test_no_header_can_be_smuggled_in(tmp_path: Path, field: str, end: str) -> None:
    smuggled = f"ada@example.com{end}Bcc: eve@example.com"

    with pytest.raises(MailError, match="line break"):
        Mailer(f"file://{tmp_path}").send(**LETTER | {field: smuggled})

    assert letters_in(tmp_path) == []


@pytest.mark.parametrize(
    "url",
    [
        "",
        "var/mail",
        "http://mail.example",
        "smtp://",
        "file://",
        "smtp://mail.example:port",
        "smtp://[::1",
        "smtp://mail.example:0",
        "smtp://portal:hidden@mail.example:99999",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_at_once(url: str) -> None:
    with pytest.raises(SettingsError, match="MAIL_URL") as refused:
        Mailer(url)

    assert "hidden" not in str(refused.value)
