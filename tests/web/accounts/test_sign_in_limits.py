"""Guessing passwords is slow, and it never keeps the owner of an account out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from http.cookies import SimpleCookie
from types import SimpleNamespace

import pyotp
import pytest
import structlog
from flask import Flask, Response
from werkzeug.test import TestResponse

from portal.models import Merchant
from portal.services import sign_in_throttle
from portal.services.accounts.account_access import reset_sign_in_limit
from portal.services.accounts.change_password import change_password, reset_token_for
from portal.services.accounts.second_factor import begin_factor, confirm_factor, pending_secret
from portal.services.runtime import Runtime
from portal.web.app import create_app
from portal.web.login import begin_session
from tests.factories import make_merchant
from tests.redis_memory import full_redis
from tests.web.conftest import PASSWORD, PASSWORD_HASH, Visitor, page_text

NEW_PASSWORD = "correct horse battery"
COOKIE = "portal-browser"
NewVisitor = Callable[[str], Visitor]


@pytest.fixture
def visitor_from(app: Flask) -> NewVisitor:
    """Function that returns a new browser with an IP address."""

    def make(address: str) -> Visitor:
        visitor = Visitor(app)
        visitor.client.environ_base["REMOTE_ADDR"] = address
        return visitor

    return make


@pytest.fixture
def attacker(visitor_from: NewVisitor) -> Visitor:
    """A browser elsewhere."""
    return visitor_from("203.0.113.66")


@pytest.fixture
def known(visitor_from: NewVisitor, merchant: Merchant) -> Visitor:
    """The merchant's browser, which has signed in and out."""
    visitor = visitor_from("198.51.100.7").sign_in(merchant)
    visitor.post("/logout")
    return visitor


def guess(visitor: Visitor, email: str = "ada@example.com") -> TestResponse:
    """Try a wrong password."""
    return visitor.post("/login", email=email, password="wrong password")


def guess_from_everywhere(visitor_from: NewVisitor, number: int = 21) -> None:
    """Try wrong passwords from as many networks."""
    for network in range(number):
        guess(visitor_from(f"192.0.{network}.1"))


def enter(visitor: Visitor, password: str = PASSWORD) -> int:
    """Sign in with the right password; return the status."""
    return visitor.post("/login", email="ada@example.com", password=password).status_code


def test_sixth_try_waits_and_says_how_to_get_in_at_once(
    attacker: Visitor, merchant: Merchant
) -> None:
    statuses = [guess(attacker).status_code for _ in range(5)]

    with structlog.testing.capture_logs() as lines:
        refused = guess(attacker)

    assert (statuses, refused.status_code) == ([422] * 5, 429)
    assert 25 <= int(refused.headers["Retry-After"]) <= 30
    assert "Wait 30 seconds, or choose “Forgot your password?”" in page_text(refused)
    assert [(line["event"], line["merchant"], line["network"]) for line in lines] == [
        ("sign_in.must_wait", merchant.id, "203.0.113.0/24")
    ]
    assert "ada" not in str(lines)


def test_unknown_address_waits_like_one_with_an_account(attacker: Visitor) -> None:
    answers = [guess(attacker, "nobody@example.com") for _ in range(6)]

    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert "choose “Forgot your password?”" in page_text(answers[-1])


def test_wait_grows_up_to_half_an_hour_and_then_the_right_password_signs_in(
    attacker: Visitor, merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SimpleNamespace(time=lambda: clock.now_s, now_s=1_796_000_000.0)
    monkeypatch.setattr(sign_in_throttle, "time", clock)
    waits = []
    for number in range(12):
        if (answer := guess(attacker)).status_code == 429:
            waits.append(int(answer.headers["Retry-After"]))
            clock.now_s += waits[-1]
            # Another network, because the limit by address has a real clock.
            attacker.client.environ_base["REMOTE_ADDR"] = f"203.0.113.{number}"
            guess(attacker)

    assert waits == [30, 60, 120, 240, 480, 960, 1_800]
    assert enter(attacker) == 429
    clock.now_s += waits[-1]
    assert enter(attacker) == 303


def test_guesses_from_one_network_do_not_delay_a_new_browser_elsewhere(
    attacker: Visitor, visitor_from: NewVisitor, merchant: Merchant
) -> None:
    for _ in range(7):
        guess(attacker)

    assert enter(visitor_from("198.51.100.7")) == 303


def test_guesses_from_everywhere_do_not_delay_a_browser_that_has_signed_in(
    known: Visitor, visitor_from: NewVisitor, merchant: Merchant
) -> None:
    guess_from_everywhere(visitor_from)

    assert enter(visitor_from("198.51.100.7")) == 429
    assert enter(known) == 303


def test_emailed_link_lets_a_new_browser_in_at_once(
    visitor_from: NewVisitor, merchant: Merchant, runtime: Runtime
) -> None:
    guess_from_everywhere(visitor_from)
    owner = visitor_from("198.51.100.7")
    token = reset_token_for(runtime.settings.secret_keys, merchant.email)

    assert owner.post(f"/reset/{token}", password=NEW_PASSWORD).status_code == 303
    guess_from_everywhere(visitor_from)

    assert enter(owner, NEW_PASSWORD) == 303


def test_strangers_cannot_use_up_the_links_that_an_owner_asks_for(
    attacker: Visitor, visitor_from: NewVisitor, merchant: Merchant
) -> None:
    answers = [attacker.post("/forgot", email=merchant.email).status_code for _ in range(5)]
    asked = visitor_from("198.51.100.7").post("/forgot", email="ADA@\uff45xample.com")

    assert answers == [200, 200, 200, 429, 429]
    assert asked.status_code == 200


def test_mailbox_of_an_account_is_not_filled_from_many_networks(
    visitor_from: NewVisitor, merchant: Merchant
) -> None:
    answers = [
        visitor_from(f"192.0.{network}.1").post("/forgot", email=merchant.email).status_code
        for network in range(11)
    ]

    assert answers == [200] * 10 + [429]


def test_operator_lets_an_account_in(
    attacker: Visitor, merchant: Merchant, runtime: Runtime
) -> None:
    for _ in range(5):
        guess(attacker)
    assert enter(attacker) == 429

    assert reset_sign_in_limit(runtime, merchant)

    assert enter(attacker) == 303


def test_codes_wait_alike_and_an_emailed_link_does_not_give_more_of_them(
    visitor_from: NewVisitor, merchant: Merchant, runtime: Runtime
) -> None:
    begin_factor(runtime.sealer, merchant)
    secret = pending_secret(runtime.sealer, merchant) or ""
    assert confirm_factor(runtime.sealer, merchant, pyotp.TOTP(secret).now())
    thief, owner = visitor_from("203.0.113.66"), visitor_from("198.51.100.7")
    enter(thief)
    statuses = [thief.post("/login/code", code="000000000").status_code for _ in range(6)]
    token = reset_token_for(runtime.settings.secret_keys, merchant.email)
    thief.post(f"/reset/{token}", password=NEW_PASSWORD)
    enter(thief, NEW_PASSWORD)
    thief.client.delete_cookie(COOKIE)

    refused = thief.post("/login/code", code="000000000")
    enter(owner, NEW_PASSWORD)

    assert (statuses, refused.status_code) == ([422] * 5 + [429], 429)
    assert "Too many wrong codes for this account. Wait " in page_text(refused)
    assert owner.post("/login/code", code="000000000").status_code == 422


def test_cookie_of_a_known_browser_signs_nobody_in_and_is_hidden(
    visitor: Visitor, merchant: Merchant
) -> None:
    sent = SimpleCookie()
    response = visitor.post("/login", email=merchant.email, password=PASSWORD)
    for header in response.headers.getlist("Set-Cookie"):
        sent.load(header)
    visitor.client.delete_cookie("portal")

    cookie = sent[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert int(cookie["max-age"]) == 365 * 86_400
    assert merchant.email not in cookie.value
    assert visitor.get("/stores").status_code == 303


def test_cookie_is_bound_to_the_host_and_to_https_in_production(
    runtime: Runtime, merchant: Merchant
) -> None:
    settings = replace(runtime.settings, env="production", portal_url="https://portal.example")
    app = create_app(replace(runtime, settings=settings))

    with app.test_request_context():
        begin_session(merchant)
        headers = app.process_response(Response()).headers.getlist("Set-Cookie")

    [cookie] = [header for header in headers if header.startswith(f"__Host-{COOKIE}=")]
    assert "Secure" in cookie
    assert "Domain" not in cookie


def test_browser_stays_known_to_several_people_until_their_password_changes(
    known: Visitor, visitor_from: NewVisitor, merchant: Merchant
) -> None:
    bob = make_merchant(email="bob@example.com", password_hash=PASSWORD_HASH)
    known.sign_in(bob).post("/logout")
    guess_from_everywhere(visitor_from)
    assert enter(known) == 303
    known.post("/logout")

    change_password(Merchant.get_by_id(merchant.id), NEW_PASSWORD)

    assert enter(known, NEW_PASSWORD) == 429


def test_browser_in_which_the_password_is_changed_stays_known(
    browser: Visitor, visitor_from: NewVisitor
) -> None:
    browser.post("/account/password", password=PASSWORD, new_password=NEW_PASSWORD)
    browser.post("/logout")
    guess_from_everywhere(visitor_from)

    assert enter(browser, NEW_PASSWORD) == 303


@pytest.mark.parametrize("value", ["", "nonsense", "W1sxLCJ4IiwieSJdXQ.c2lnbmF0dXJl"])
def test_forged_cookie_makes_no_browser_known(
    visitor_from: NewVisitor, merchant: Merchant, value: str
) -> None:
    guess_from_everywhere(visitor_from)
    forger = visitor_from("203.0.113.66")
    forger.client.set_cookie(COOKIE, value)

    assert enter(forger) == 429


def test_known_browser_that_guesses_waits_too(known: Visitor) -> None:
    statuses = [guess(known).status_code for _ in range(11)]

    assert statuses == [422] * 10 + [429]


def test_refused_tries_count_against_the_address_too(attacker: Visitor) -> None:
    for _ in range(30):
        guess(attacker)

    # Another account, and a form without fields.
    assert guess(attacker, "bob@example.com").status_code == 429
    assert attacker.post("/login").status_code == 429


def test_limits_apply_and_the_right_password_signs_in_while_redis_is_full(
    attacker: Visitor, visitor_from: NewVisitor, merchant: Merchant, runtime: Runtime
) -> None:
    with full_redis(runtime.redis):
        statuses = [guess(attacker).status_code for _ in range(31)]
        by_address = attacker.post("/login").status_code
        owner = enter(visitor_from("198.51.100.7"))

    assert statuses == [422] * 5 + [429] * 26
    assert (by_address, owner) == (429, 303)
