"""Emails go to a directory or to a server, and a failure to send is an error."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import structlog

from portal import mail
from portal.errors import (
    MailDeferredError,
    MailError,
    MailRejectedError,
    MailUnavailableError,
    SettingsError,
)
from portal.mail import Mailer, RenderedEmail
from tests.post_office import (
    PostOffice,
    letters_in,
    make_certificate,
    open_post_office,
    part_of,
)

READER = "ada@example.com"
LETTER = RenderedEmail("Grüße", "Confirm:\nhttps://portal.example\n", "<p>Bestätigen</p>\n")


@pytest.fixture
def office() -> Iterator[PostOffice]:
    """Mail server without encryption."""
    with open_post_office() as opened:
        yield opened


@pytest.fixture
def secure_office(tmp_path: Path) -> Iterator[PostOffice]:
    """Mail server that offers STARTTLS with an untrusted certificate."""
    with open_post_office(make_certificate(tmp_path, "127.0.0.1")) as opened:
        yield opened


@pytest.fixture
def trusted(secure_office: PostOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """URL of the encrypted server, with its certificate trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "post_office.pem"))
    return secure_office.url


def send(mailer: Mailer, letter: RenderedEmail, *, to: str) -> None:
    with mailer.connect() as connection:
        connection.send(letter, to=to)


def with_user(url: str, user: str) -> str:
    return url.replace("smtp://", f"smtp://{user}@")


def test_directory_gets_a_complete_email(tmp_path: Path) -> None:
    mailer = Mailer(f"file://{tmp_path}/new/mail?from=portal@clay.example")

    send(mailer, LETTER, to=READER)

    (email,) = letters_in(tmp_path / "new" / "mail")
    assert (email["From"], email["To"]) == ("portal@clay.example", READER)
    assert email["Subject"] == "Grüße"
    assert part_of(email, "plain") == LETTER.text
    assert part_of(email, "html") == LETTER.html
    assert email["Message-ID"].endswith("@clay.example>")
    assert email["Auto-Submitted"] == "auto-generated"
    assert email["Date"].datetime.tzinfo is not None
    assert "List-Unsubscribe" not in email


def test_replies_go_to_the_given_address(tmp_path: Path) -> None:
    send(Mailer(f"file://{tmp_path}"), replace(LETTER, reply_to="help@clay.example"), to=READER)

    [path] = tmp_path.iterdir()
    assert "\nReply-To: help@clay.example\n" in path.read_text()
    with pytest.raises(MailRejectedError):
        send(Mailer(f"file://{tmp_path}"), replace(LETTER, reply_to="a@b\nTo: c@d"), to=READER)


def test_unsubscribe_url_is_sent_for_one_click_in_mail_programs(tmp_path: Path) -> None:
    stop = "https://portal.example/connect/stop/abc"

    send(Mailer(f"file://{tmp_path}"), replace(LETTER, unsubscribe_url=stop), to=READER)

    (email,) = letters_in(tmp_path)
    assert email["List-Unsubscribe"] == f"<{stop}>"
    assert email["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_each_email_is_its_own_file(tmp_path: Path) -> None:
    mailer = Mailer(f"file://{tmp_path}")

    for number in range(20):
        send(mailer, RenderedEmail(str(number), "", ""), to=READER)

    assert [email["Subject"] for email in letters_in(tmp_path)] == list(map(str, range(20)))


@pytest.mark.promise(10)
def test_log_names_the_file_and_no_person(tmp_path: Path) -> None:
    with structlog.testing.capture_logs() as logs:
        send(Mailer(f"file://{tmp_path}"), LETTER, to=READER)

    assert [connection["event"] for connection in logs] == ["email.written"]
    assert READER not in repr(logs)


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        ("file://var/mail", Path("var/mail")),
        ("file:///srv/my%20mail", Path("/srv/my mail")),
        ("smtp://mail.example", None),
        ("smtps://mail.example", None),
    ],
)
def test_mailer_has_its_directory_if_there_is_one(url: str, folder: Path | None) -> None:
    assert Mailer(url).folder == folder


def test_server_gets_the_email(office: PostOffice) -> None:
    send(Mailer(f"{office.url}?from=portal%40clay.example"), LETTER, to=READER)

    (email,) = office.letters
    assert (email["Subject"], email["To"]) == ("Grüße", READER)
    assert part_of(email, "plain").splitlines() == LETTER.text.splitlines()
    assert part_of(email, "html").strip() == "<p>Bestätigen</p>"
    assert office.senders == ["portal@clay.example"]
    assert office.encrypted == [False]


def test_connection_sends_several_emails_and_a_named_one_keeps_its_id(office: PostOffice) -> None:
    with Mailer(office.url).connect() as connection:
        for _ in range(2):
            connection.send(LETTER, to=READER, name="notification.7")

    assert [email["Message-ID"] for email in office.letters] == ["<notification.7@localhost>"] * 2
    assert office.letters[0]["From"] == "portal@localhost"


def test_accepted_email_is_no_error_if_the_connection_closes(office: PostOffice) -> None:
    with Mailer(office.url).connect() as connection:
        connection.send(LETTER, to=READER)
        connection.send_message.__self__.close()

    assert len(office.letters) == 1


@pytest.mark.promise(10)
@pytest.mark.parametrize(
    ("answer", "meaning", "codes"),
    [
        ("550 5.1.1 <ada@example.com>: no such reader", MailRejectedError, "550 5.1.1"),
        ("554 go away", MailRejectedError, "554"),
        ("452 4.2.2 ada@example.com has too much mail", MailDeferredError, "452 4.2.2"),
        ("421 4.3.2 shutting down", MailDeferredError, "421 4.3.2"),
    ],
)
@pytest.mark.parametrize("refuses", ["reader", "content"])
def test_refusal_is_permanent_or_temporary_and_names_nobody(
    office: PostOffice, answer: str, meaning: type[MailError], codes: str, refuses: str
) -> None:
    if refuses == "reader":
        office.answers[READER] = answer
    else:
        office.verdict = answer

    with pytest.raises(meaning, match=codes) as failed:
        send(Mailer(office.url), LETTER, to=READER)

    assert failed.value.retryable is (meaning is MailDeferredError)
    assert READER not in str(failed.value)
    assert office.letters == []


def test_unsupported_address_is_refused(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail.smtplib.SMTP, "has_extn", lambda *_: False)

    with pytest.raises(MailRejectedError, match="SMTPNotSupportedError"):
        send(Mailer(office.url), LETTER, to="ädä@example.com")


def test_credentials_are_sent_over_an_encrypted_connection(
    secure_office: PostOffice, trusted: str
) -> None:
    send(Mailer(with_user(trusted, "portal:p%40ss")), LETTER, to=READER)

    assert secure_office.logins == [("portal", "p@ss")]
    assert secure_office.encrypted == [True]


@pytest.mark.promise(10)
@pytest.mark.parametrize("offers_encryption", [True, False])
def test_password_is_not_sent_to_an_untrusted_server(
    office: PostOffice, secure_office: PostOffice, *, offers_encryption: bool
) -> None:
    asked = secure_office if offers_encryption else office
    problem = "SSLCertVerificationError" if offers_encryption else "SMTPNotSupportedError"

    with pytest.raises(MailUnavailableError, match=problem):
        send(Mailer(with_user(asked.url, "portal:p%40ss")), LETTER, to=READER)

    assert asked.logins == []


def test_encryption_without_credentials_needs_no_trusted_certificate(
    secure_office: PostOffice,
) -> None:
    send(Mailer(secure_office.url), LETTER, to=READER)

    assert secure_office.encrypted == [True]


def test_wrong_password_means_an_unavailable_server(trusted: str) -> None:
    with pytest.raises(MailUnavailableError, match="SMTPAuthenticationError 535") as failed:
        send(Mailer(with_user(trusted, "portal:hidden")), LETTER, to=READER)

    assert failed.value.retryable
    assert "hidden" not in str(failed.value)


def test_missing_server_is_an_error() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]

    for scheme in ("smtp", "smtps"):
        with pytest.raises(MailUnavailableError, match="ConnectionRefusedError"):
            send(Mailer(f"{scheme}://127.0.0.1:{port}"), LETTER, to=READER)


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_silent_server_is_an_error_after_the_timeout(
    scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "TIMEOUT_S", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"{scheme}://127.0.0.1:{silent.getsockname()[1]}"

        with pytest.raises(MailUnavailableError, match="can't connect to the mail server"):
            send(Mailer(url), LETTER, to=READER)


def test_directory_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file, no folder")

    with pytest.raises(MailUnavailableError, match="not accepted by the server"):
        send(Mailer(f"file://{tmp_path}/mail"), LETTER, to=READER)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("field", ["to", "subject"])
def test_line_break_cannot_inject_a_header(tmp_path: Path, field: str, end: str) -> None:
    smuggled = f"{READER}{end}Bcc: eve@example.com"
    email = RenderedEmail(smuggled, "", "") if field == "subject" else LETTER

    with pytest.raises(MailRejectedError, match="line break"):
        send(Mailer(f"file://{tmp_path}"), email, to=smuggled if field == "to" else READER)

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
def test_invalid_mail_url_is_rejected_at_once(url: str) -> None:
    with pytest.raises(SettingsError, match="MAIL_URL") as refused:
        Mailer(url)

    assert "hidden" not in str(refused.value)
