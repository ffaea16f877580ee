"""Sign-in sessions of browsers: lookup, last seen time, sign-out and expiry."""

from __future__ import annotations

from datetime import timedelta

from portal.models import (
    SESSION_IDLE_LIFETIME,
    SESSION_LIFETIME,
    BrowserSession,
    Merchant,
    utc_now,
)
from portal.services.accounts.browser_sessions import (
    MAX_SESSIONS,
    SEEN_UPDATE_INTERVAL,
    browser_session_by_token,
    browser_sessions_of,
    end_browser_session,
    end_browser_sessions,
    open_browser_session,
)
from tests.factories import make_merchant


def sign_in(merchant: Merchant, user_agent: str = "Firefox") -> tuple[BrowserSession, str]:
    return open_browser_session(merchant, ip_address="127.0.0.1", user_agent=user_agent)


def test_cookie_finds_only_its_own_session(merchant: Merchant) -> None:
    opened, token = sign_in(merchant)
    eve = make_merchant(email="eve@example.com")

    found = browser_session_by_token(merchant.id, token)

    assert found == opened
    assert found.merchant == merchant
    assert browser_session_by_token(eve.id, token) is None
    assert browser_session_by_token(merchant.id, f"{token}x") is None
    assert token not in repr([vars(row) for row in BrowserSession.select()])


def test_session_updates_seen_at_rarely_and_expires_without_visits(merchant: Merchant) -> None:
    _, token = sign_in(merchant)
    just_now = BrowserSession.get().last_seen_at
    browser_session_by_token(merchant.id, token)
    assert BrowserSession.get().last_seen_at == just_now

    BrowserSession.update(
        last_seen_at=utc_now() - SEEN_UPDATE_INTERVAL - timedelta(seconds=1)
    ).execute()
    browser_session_by_token(merchant.id, token)
    assert BrowserSession.get().last_seen_at >= just_now

    BrowserSession.update(last_seen_at=utc_now() - SESSION_IDLE_LIFETIME).execute()
    assert browser_session_by_token(merchant.id, token) is None
    assert browser_sessions_of(merchant) == []
    sign_in(merchant)
    assert BrowserSession.select().count() == 1


def test_session_ends_thirty_days_after_the_sign_in_although_it_was_used(
    merchant: Merchant,
) -> None:
    _, token = sign_in(merchant)
    BrowserSession.update(started_at=utc_now() - timedelta(days=29, hours=23)).execute()
    assert browser_session_by_token(merchant.id, token) is not None

    BrowserSession.update(started_at=utc_now() - SESSION_LIFETIME).execute()

    assert browser_session_by_token(merchant.id, token) is None
    assert browser_sessions_of(merchant) == []
    sign_in(merchant)
    assert BrowserSession.select().count() == 1


def test_sessions_end_one_by_one_or_all_except_one(merchant: Merchant) -> None:
    eve = make_merchant(email="eve@example.com")
    (one, token), (two, _), (three, _) = (sign_in(merchant) for _ in range(3))
    foreign, _ = sign_in(eve)

    assert end_browser_session(merchant, two.id)
    assert not end_browser_session(merchant, two.id)
    assert not end_browser_session(merchant, foreign.id)
    assert browser_sessions_of(merchant) == [three, one]
    assert end_browser_sessions(merchant, except_id=one.id) == 1
    assert browser_session_by_token(merchant.id, token) is not None
    assert end_browser_sessions(merchant) == 1
    assert browser_sessions_of(eve) == [foreign]


def test_address_and_agent_are_cut_to_fit(merchant: Merchant) -> None:
    opened, _ = open_browser_session(
        merchant, ip_address="\x00::1", user_agent="\ud800" + "x" * 999
    )

    assert opened.ip_address == "::1"
    assert len(opened.user_agent) == 255


def test_session_that_was_seen_least_recently_ends_when_there_are_too_many(
    merchant: Merchant,
) -> None:
    now = utc_now()
    for minutes in range(MAX_SESSIONS):
        session, _token = sign_in(merchant, f"browser {minutes}")
        BrowserSession.update(last_seen_at=now - timedelta(minutes=minutes)).where(
            BrowserSession.id == session.id
        ).execute()
    foreign, _token = sign_in(make_merchant(email="eve@example.com"))

    sign_in(merchant, "newest")

    names = {row.user_agent for row in browser_sessions_of(merchant)}
    assert (
        BrowserSession.select().where(BrowserSession.merchant == merchant).count() == MAX_SESSIONS
    )
    assert names == {"newest", *(f"browser {minutes}" for minutes in range(MAX_SESSIONS - 1))}
    assert BrowserSession.get_by_id(foreign.id) == foreign
