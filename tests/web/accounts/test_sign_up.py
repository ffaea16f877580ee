"""Sign-up by email, without revealing which accounts exist."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.mail import Mailer
from portal.models import Merchant, QueuedEmail
from portal.services.accounts.sign_up import LINK_TTL_S
from portal.services.runtime import Runtime
from portal.services.signed_links import timed_link_signer
from portal.web.app import create_app
from tests.web.conftest import PASSWORD, Visitor, page_text
from tests.web.emails import link_from, send_queued_emails, sent_emails, text_of

NEW_PASSWORD = "correct horse battery"


@pytest.fixture
def link(visitor: Visitor, runtime: Runtime) -> str:
    """The link that ada@example.com received."""
    visitor.post("/signup", email="Ada@Example.com")
    return link_from(sent_emails(runtime)[-1])


def test_link_creates_an_account_and_signs_in(visitor: Visitor, link: str) -> None:
    response = visitor.post(link, password=NEW_PASSWORD)

    assert response.status_code == 303
    assert response.headers["Location"] == "/stores"
    merchant = Merchant.with_email("ada@example.com")
    assert merchant is not None
    assert merchant.verified_at is not None
    assert merchant.password_hash.startswith("$argon2id$")
    assert "Your account is ready" in page_text(visitor.get("/stores"))


def test_no_account_exists_before_the_password_is_set(visitor: Visitor, link: str) -> None:
    page = visitor.get(link)

    assert "ada@example.com" in page_text(page)
    assert Merchant.select().count() == 0


def test_password_that_is_easy_to_guess_is_refused_with_the_reason(
    visitor: Visitor, link: str
) -> None:
    common = visitor.post(link, password="password2026")
    own = visitor.post(link, password="ada@example")

    assert common.status_code == own.status_code == 422
    assert "Many people use this password" in page_text(common)
    assert "This contains your email address" in page_text(own)
    assert Merchant.select().count() == 0


def test_link_works_once(visitor: Visitor, link: str) -> None:
    visitor.post(link, password=NEW_PASSWORD)

    again = visitor.post(link, password="another password")

    assert again.status_code == 410
    assert Merchant.select().count() == 1


def test_link_works_for_a_day(
    visitor: Visitor, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = timed_link_signer(runtime.settings.secret_keys, "sign-up")
    signer = late.make_signer(late.salt)
    monkeypatch.setattr(type(signer), "get_timestamp", lambda _: 1_700_000_000)
    token = late.dumps("ada@example.com")
    monkeypatch.undo()

    response = visitor.get(f"/signup/{token}")

    assert LINK_TTL_S == 24 * 3600
    assert response.status_code == 410
    assert "has expired" in page_text(response)


def test_forged_link_is_rejected(visitor: Visitor) -> None:
    forged = timed_link_signer(("another key",), "sign-up").dumps("ada@example.com")

    assert visitor.get(f"/signup/{forged}").status_code == 410
    assert visitor.get("/signup/nonsense").status_code == 410


def test_known_address_gets_the_same_page_and_a_different_email(
    visitor: Visitor, runtime: Runtime, merchant: Merchant
) -> None:
    for_known = visitor.post("/signup", email=merchant.email)
    for_new = visitor.post("/signup", email="new@example.com")

    assert for_known.status_code == for_new.status_code == 200
    assert page_text(for_known) == page_text(for_new).replace("new@example.com", merchant.email)
    to_known, to_new = sent_emails(runtime)
    assert "You already have one" in text_of(to_known)
    assert "/login" in text_of(to_known)
    assert "/signup/" in text_of(to_new)


@pytest.mark.parametrize("password", ["", "too short", "x" * 201])
def test_password_of_invalid_length_is_rejected_with_the_reason(
    visitor: Visitor, link: str, password: str
) -> None:
    response = visitor.post(link, password=password)

    assert response.status_code == 422
    assert "password" in page_text(response).lower()
    assert Merchant.select().count() == 0


@pytest.mark.parametrize("address", ["", "x", "a@b", "two@at@example.com", "a b@example.com"])
def test_invalid_address_is_rejected_with_the_reason(
    visitor: Visitor, runtime: Runtime, address: str
) -> None:
    response = visitor.post("/signup", email=address)

    assert response.status_code == 422
    assert "email address" in page_text(response)
    assert sent_emails(runtime) == []


def test_page_does_not_call_a_mail_server_and_says_if_it_did_not_answer(runtime: Runtime) -> None:
    away = replace(runtime, mailer=Mailer("smtp://127.0.0.1:1"))
    visitor = Visitor(create_app(away))

    before = visitor.post("/signup", email="ada@example.com")
    send_queued_emails(away)
    after = visitor.post("/forgot", email="ada@example.com")

    assert (before.status_code, after.status_code) == (200, 200)
    assert "isn't responding" not in page_text(before)
    assert "isn't responding right now" in page_text(after)
    assert QueuedEmail.select().where(QueuedEmail.state == "waiting").count() == 2


def test_emails_to_one_address_are_limited(visitor: Visitor) -> None:
    answers = [visitor.post("/signup", email="ada@example.com").status_code for _ in range(4)]

    assert answers == [200, 200, 200, 429]


def test_signed_in_merchant_is_redirected_from_the_form(browser: Visitor) -> None:
    assert browser.get("/signup").headers["Location"] == "/"


def test_two_concurrent_submissions_create_one_account(
    visitor: Visitor, link: str, app: object
) -> None:
    other = Visitor(app)  # type: ignore[arg-type]
    form = other.csrf_token()
    visitor.post(link, password=NEW_PASSWORD)

    late = other.client.post(link, data={"csrf_token": form, "password": PASSWORD})

    assert late.status_code == 410
