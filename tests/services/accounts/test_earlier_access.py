"""A change of credentials ends what began before it, and only for its own account."""

from __future__ import annotations

from datetime import timedelta

from portal.models import (
    Actor,
    AuditLogEntry,
    BrowserSession,
    EmailChange,
    Merchant,
    SecondFactor,
    acting_as,
    utc_now,
)
from portal.rules.accounts.audit_actions import AuditAction
from portal.services.accounts.browser_sessions import open_browser_session
from portal.services.accounts.change_email import request_email_change
from portal.services.accounts.change_password import merchant_by_reset_token, reset_token_for
from portal.services.accounts.earlier_access import end_earlier_access, sign_out_other_browsers
from portal.services.accounts.second_factor import (
    SETUP_TTL,
    begin_factor,
    confirm_factor,
    factor_of,
    pending_secret,
)
from portal.services.runtime import Runtime
from tests.factories import make_factor, make_merchant

KEYS = ("secret-key",)


def begin_everything(runtime: Runtime, merchant: Merchant, address: str) -> str:
    """Begin a session, a change of address and a factor; return the token of a reset link."""
    open_browser_session(merchant, ip_address="", user_agent="")
    request_email_change(merchant, address)
    begin_factor(runtime.sealer, merchant)
    token = reset_token_for(KEYS, merchant.email)
    assert token is not None
    return token


def test_all_that_began_ends_for_this_account_alone(runtime: Runtime, merchant: Merchant) -> None:
    eve = make_merchant(email="eve@example.com")
    token = begin_everything(runtime, merchant, "ada@new.example")
    others = begin_everything(runtime, eve, "eve@new.example")
    here, _cookie = open_browser_session(merchant, ip_address="", user_agent="")

    with acting_as(Actor(merchant)):
        assert end_earlier_access(merchant, keep=here.id) == 1

    mine = BrowserSession.select().where(BrowserSession.merchant == merchant)
    assert [session.id for session in mine] == [here.id]
    assert merchant_by_reset_token(KEYS, token) is None
    assert pending_secret(runtime.sealer, merchant) is None
    assert BrowserSession.select().where(BrowserSession.merchant == eve).count() == 1
    assert merchant_by_reset_token(KEYS, others) == eve
    assert pending_secret(runtime.sealer, eve) is not None
    assert [change.merchant_id for change in EmailChange.select()] == [eve.id]
    canceled = AuditLogEntry.action == AuditAction.EMAIL_CHANGE_CANCELED
    assert AuditLogEntry.select().where(canceled).count() == 1
    assert end_earlier_access(merchant) == 1
    assert AuditLogEntry.select().where(canceled).count() == 1


def test_factor_that_is_on_stays_on(merchant: Merchant) -> None:
    make_factor(merchant)

    end_earlier_access(merchant)

    assert factor_of(merchant) is not None


def test_signing_out_elsewhere_also_ends_reset_links(merchant: Merchant) -> None:
    here, _cookie = open_browser_session(merchant, ip_address="", user_agent="")
    token = reset_token_for(KEYS, merchant.email)
    assert token is not None

    assert sign_out_other_browsers(merchant, except_id=here.id) == 0

    assert merchant_by_reset_token(KEYS, token) is None


def test_factor_is_set_up_within_half_an_hour(runtime: Runtime, merchant: Merchant) -> None:
    begin_factor(runtime.sealer, merchant)
    SecondFactor.update(started_at=utc_now() - SETUP_TTL - timedelta(seconds=1)).execute()

    assert pending_secret(runtime.sealer, merchant) is None
    assert confirm_factor(runtime.sealer, merchant, "123456") is None

    begin_factor(runtime.sealer, merchant)
    assert pending_secret(runtime.sealer, merchant) is not None
