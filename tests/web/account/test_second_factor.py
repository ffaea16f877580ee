"""Second factor: setup, sign-in, recovery codes and removal."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
from flask import Flask

from portal.models import Merchant, utc_now
from portal.services.accounts.second_factor import (
    begin_factor,
    confirm_factor,
    factor_of,
    pending_secret,
)
from portal.services.runtime import Runtime
from portal.web.accounts import second_step
from tests.web.conftest import PASSWORD, Visitor, let_confirmations_expire, page_text
from tests.web.emails import sent_emails, text_of

PAGE = "/account/second-factor"


@pytest.fixture
def factor(runtime: Runtime, merchant: Merchant) -> tuple[pyotp.TOTP, str]:
    """The merchant's authenticator app and a recovery code."""
    begin_factor(runtime.sealer, merchant)
    secret = pending_secret(runtime.sealer, merchant)
    assert secret is not None
    app = pyotp.TOTP(secret)
    codes = confirm_factor(runtime.sealer, merchant, app.at(utc_now(), counter_offset=-1))
    assert codes is not None
    return app, codes[0]


@pytest.fixture
def halfway(visitor: Visitor, merchant: Merchant, factor: object) -> Visitor:
    """A browser that has submitted the right password."""
    response = visitor.post("/login?next=/connect", email=merchant.email, password=PASSWORD)
    assert response.headers["Location"] == "/login/code?next=/connect"
    return visitor


def test_second_factor_is_set_up_with_the_page_and_an_app(
    browser: Visitor, runtime: Runtime, merchant: Merchant
) -> None:
    let_confirmations_expire()
    assert "Off. Add a code" in page_text(browser.get(PAGE))
    assert browser.post(PAGE, password="wrong").status_code == 422
    assert browser.post(PAGE, password=PASSWORD).status_code == 303
    page = browser.get(PAGE)
    secret = re.search(r"<code[^>]*>([A-Z2-7]{32})</code>", page.text)
    assert secret
    assert '<svg width="' in page.text
    assert not re.search(r"<svg[^>]*style=", page.text)

    assert browser.post(f"{PAGE}/confirm", code="").status_code == 422
    wrong = browser.post(f"{PAGE}/confirm", code="000000000")
    right = browser.see_secret(f"{PAGE}/confirm", code=pyotp.TOTP(secret[1]).now())

    assert wrong.status_code == 422
    assert "Incorrect code." in page_text(wrong)
    assert len(re.findall(r"\b(?:[0-9a-f]{4}-){4}[0-9a-f]{4}\b", page_text(right))) == 10
    assert "no-store" in right.headers["Cache-Control"]
    assert "turned on" in text_of(sent_emails(runtime)[-1])
    on = browser.get(PAGE)
    assert "10 recovery codes left." in page_text(on)
    assert secret[1] not in on.text
    assert "Two-step verification On" in page_text(browser.get("/account"))


def test_code_of_the_app_signs_in(halfway: Visitor, factor: tuple[pyotp.TOTP, str]) -> None:
    assert halfway.get("/stores").status_code == 303
    assert "Enter your code" in page_text(halfway.get("/login/code"))
    assert halfway.post("/login/code", code="").status_code == 422
    wrong = halfway.post("/login/code", code="000000000")
    assert wrong.status_code == 422
    assert "incorrect or was already used" in page_text(wrong)

    response = halfway.post("/login/code?next=/connect", code=factor[0].now())

    assert response.headers["Location"] == "/connect"
    assert halfway.get("/stores").status_code == 200


def test_recovery_code_signs_in_once(
    halfway: Visitor, app: Flask, merchant: Merchant, factor: tuple[pyotp.TOTP, str]
) -> None:
    assert halfway.post("/login/code", code=factor[1]).status_code == 303
    other = Visitor(app)
    other.post("/login", email=merchant.email, password=PASSWORD)

    assert other.post("/login/code", code=factor[1]).status_code == 422


def test_guessing_codes_is_limited_across_browsers(
    halfway: Visitor, app: Flask, merchant: Merchant
) -> None:
    answers = [halfway.post("/login/code", code="000000000").status_code for _ in range(6)]
    other = Visitor(app)
    other.post("/login", email=merchant.email, password=PASSWORD)

    assert answers == [422] * 5 + [429]
    assert other.post("/login/code", code="000000000").status_code == 429


def test_code_is_accepted_only_shortly_after_the_password(
    visitor: Visitor,
    halfway: Visitor,
    app: Flask,
    factor: tuple[pyotp.TOTP, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fresh = Visitor(app)
    assert fresh.get("/login/code").headers["Location"] == "/login"
    assert fresh.post("/login/code", code=factor[1]).headers["Location"] == "/login"

    later = utc_now() + timedelta(seconds=second_step.PENDING_TTL_S + 1)
    monkeypatch.setattr(second_step, "utc_now", lambda: later)

    assert halfway.post("/login/code", code=factor[1]).headers["Location"] == "/login"
    assert halfway.get("/stores").status_code == 303


def test_renewing_codes_and_turning_the_factor_off_require_the_password(
    app: Flask,
    halfway: Visitor,
    factor: tuple[pyotp.TOTP, str],
    merchant: Merchant,
    runtime: Runtime,
) -> None:
    halfway.post("/login/code", code=factor[0].now())
    let_confirmations_expire()
    assert halfway.post(f"{PAGE}/codes", password="wrong").status_code == 422
    assert halfway.post(f"{PAGE}/off", password="wrong").status_code == 422

    renewed = halfway.see_secret(f"{PAGE}/codes", password=PASSWORD, code=factor[1])
    off = halfway.post(f"{PAGE}/off", password=PASSWORD)

    assert "Your recovery codes" in page_text(renewed)
    assert off.status_code == 303
    assert "Two-step verification is off." in page_text(halfway.get(PAGE))
    assert factor_of(merchant) is None
    assert "turned off" in text_of(sent_emails(runtime)[-1])
    assert halfway.post(f"{PAGE}/codes", password=PASSWORD).status_code == 303
    assert halfway.post(f"{PAGE}/off", password=PASSWORD).status_code == 303
    assert Visitor(app).sign_in(merchant).get("/stores").status_code == 200
