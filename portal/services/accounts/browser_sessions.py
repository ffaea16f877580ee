"""Sign-in sessions of browsers: each is a row that its merchant can list and end."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from peewee import InterfaceError, OperationalError

from portal.models import (
    HAS_SECOND_FACTOR,
    IS_UNLOCKED,
    AuditLogEntry,
    BrowserSession,
    Merchant,
    database,
    utc_now,
)
from portal.models.fields import strip_unstorable
from portal.rules.accounts.audit_actions import AuditAction
from portal.services.link_tokens import new_token, token_digest

# Limits how often a page view writes to the row: reading pages should stay cheap.
SEEN_UPDATE_INTERVAL = timedelta(minutes=10)
TEXT_LIMIT = 255
# An account has no more: the one that was seen least recently ends.
MAX_SESSIONS = 50


def open_browser_session(
    merchant: Merchant, *, ip_address: str, user_agent: str
) -> tuple[BrowserSession, str]:
    """Record a full sign-in; return it with the secret for the browser's cookie.

    Also ends the merchant's expired sessions, and the ones beyond `MAX_SESSIONS` that were seen
    least recently.
    """
    token = new_token()
    mine = BrowserSession.merchant == merchant
    latest = (
        BrowserSession.select(BrowserSession.id)
        .where(mine)
        .order_by(BrowserSession.last_seen_at.desc(), BrowserSession.id.desc())
        .limit(MAX_SESSIONS - 1)
    )
    is_beyond = BrowserSession.id.not_in(latest)
    BrowserSession.delete().where(mine, ~BrowserSession.is_active() | is_beyond).execute()
    opened = BrowserSession.create(
        merchant=merchant,
        token_digest=token_digest(token),
        ip_address=strip_unstorable(ip_address)[:TEXT_LIMIT],
        user_agent=strip_unstorable(user_agent)[:TEXT_LIMIT],
        confirmed_at=utc_now(),
    )
    return opened, token


def browser_session_by_token(merchant_id: int, token: str) -> BrowserSession | None:
    """Return the session that a cookie belongs to, with its merchant, or None if it ended.

    Its ``has_second_factor`` says whether the merchant has one, at no further query. Sessions of a
    locked account end even if they began while the account was being locked.
    """
    now = utc_now()
    found: BrowserSession | None = (
        BrowserSession.select(
            BrowserSession, Merchant, HAS_SECOND_FACTOR.alias("has_second_factor")
        )
        .join(Merchant)
        .where(
            BrowserSession.token_digest == token_digest(token),
            BrowserSession.merchant == merchant_id,
            BrowserSession.is_active(),
            IS_UNLOCKED,
        )
        .first()
    )
    if found is not None and found.last_seen_at < now - SEEN_UPDATE_INTERVAL:
        # A failed write must not keep the page from loading; only ``last_seen_at`` is lost.
        with suppress(OperationalError, InterfaceError):
            BrowserSession.update(last_seen_at=now).where(BrowserSession.id == found.id).execute()
    return found


def confirm_credentials(session_id: int) -> None:
    """Record that the merchant has just given password and code in the browser of a session."""
    BrowserSession.update(confirmed_at=utc_now()).where(BrowserSession.id == session_id).execute()


def browser_sessions_of(merchant: Merchant) -> Sequence[BrowserSession]:
    """Return the merchant's active sessions, last seen first; at most `MAX_SESSIONS`."""
    mine = BrowserSession.select().where(
        BrowserSession.merchant == merchant, BrowserSession.is_active()
    )
    latest_first = mine.order_by(BrowserSession.last_seen_at.desc(), BrowserSession.id.desc())
    return list(latest_first.limit(MAX_SESSIONS))


def end_browser_session(merchant: Merchant, session_id: int) -> bool:
    """Sign the merchant out of one browser; return False if the session had already ended."""
    ended: int = (
        BrowserSession.delete()
        .where(BrowserSession.id == session_id, BrowserSession.merchant == merchant)
        .execute()
    )
    return ended == 1


def sign_out_browser(merchant: Merchant, session_id: int) -> bool:
    """End a session at the merchant's request, and record it; return False if it had ended."""
    with database.atomic():
        is_ended = end_browser_session(merchant, session_id)
        if is_ended:
            AuditLogEntry.record_request(
                None, AuditAction.SESSION_ENDED, f"merchant {merchant.id}", after={"count": 1}
            )
    return is_ended


def end_browser_sessions(merchant: Merchant, *, except_id: int | None = None) -> int:
    """Sign the merchant out of all browsers except ``except_id``; return how many sessions."""
    others = BrowserSession.merchant == merchant
    if except_id is not None:
        others &= BrowserSession.id != except_id
    ended: int = BrowserSession.delete().where(others).execute()
    return ended
