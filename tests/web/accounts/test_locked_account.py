"""Nobody signs in to a locked account: not by password, code, or a new password."""

from __future__ import annotations

import pyotp
import pytest

from portal.models import BrowserSession, Merchant, utc_now
from portal.services.accounts.account_access import lock_account, unlock_account
from portal.services.accounts.second_factor import begin_factor, confirm_factor, pending_secret
from portal.services.runtime import Runtime
from tests.web.conftest import PASSWORD, Visitor, page_text
from tests.web.emails import link_from, sent_emails


@pytest.fixture
def totp(merchant: Merchant, runtime: Runtime) -> pyotp.TOTP:
    """The merchant's authenticator app."""
    begin_factor(runtime.sealer, merchant)
    secret = pending_secret(runtime.sealer, merchant)
    assert secret is not None
    totp = pyotp.TOTP(secret)
    assert confirm_factor(runtime.sealer, merchant, totp.now())
    return totp


def test_only_the_right_password_reveals_that_the_account_is_locked(
    visitor: Visitor, browser: Visitor, merchant: Merchant, runtime: Runtime
) -> None:
    lock_account(runtime, merchant)

    wrong = visitor.post("/login", email=merchant.email, password="wrong password")
    right = visitor.post("/login", email=merchant.email, password=PASSWORD)

    assert browser.get("/stores").status_code == 303
    assert (wrong.status_code, right.status_code) == (422, 403)
    assert "locked" not in page_text(wrong)
    assert "Your account is locked" in page_text(right)
    assert not BrowserSession.select().exists()

    unlock_account(runtime, merchant)
    assert visitor.sign_in(merchant).get("/stores").status_code == 200


def test_account_that_is_locked_between_password_and_code_stays_closed(
    visitor: Visitor, merchant: Merchant, runtime: Runtime, totp: pyotp.TOTP
) -> None:
    visitor.post("/login", email=merchant.email, password=PASSWORD)
    lock_account(runtime, merchant)

    # The code that confirmed the factor works only once.
    response = visitor.post("/login/code", code=totp.at(utc_now(), counter_offset=1))

    assert response.location == "/login"
    assert not BrowserSession.select().exists()


def test_new_password_does_not_unlock_the_account(
    visitor: Visitor, merchant: Merchant, runtime: Runtime
) -> None:
    lock_account(runtime, merchant)
    visitor.post("/forgot", email=merchant.email)
    link = link_from(sent_emails(runtime)[-1])

    visitor.post(link, password="correct horse battery")
    response = visitor.post("/login", email=merchant.email, password="correct horse battery")

    assert response.status_code == 403
    assert not BrowserSession.select().exists()
