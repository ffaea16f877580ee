"""Sign browsers in and out: each sign-in is a row, which its merchant can see and end."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from peewee import InterfaceError, OperationalError

from portal.models import SESSION_LIFETIME, BrowserSession, Merchant, utc_now
from portal.models.fields import strip_unstorable
from portal.services.accounts.link_tokens import new_token, token_digest

# A row is written at most so often: reading pages shall cost no more than reading.
SEEN_UPDATE_INTERVAL = timedelta(minutes=10)
TEXT_LIMIT = 255


def open_browser_session(
    merchant: Merchant, *, ip_address: str, user_agent: str
) -> tuple[BrowserSession, str]:
    """Write a sign-in down and return it with the secret for the browser's cookie.

    Those of this merchant that have lapsed are forgotten on the way.
    """
    token = new_token()
    BrowserSession.delete().where(
        BrowserSession.merchant == merchant,
        BrowserSession.last_seen_at < utc_now() - SESSION_LIFETIME,
    ).execute()
    opened = BrowserSession.create(
        merchant=merchant,
        token_digest=token_digest(token),
        ip_address=strip_unstorable(ip_address)[:TEXT_LIMIT],
        user_agent=strip_unstorable(user_agent)[:TEXT_LIMIT],
    )
    return opened, token


def browser_session_by_token(merchant_id: int, token: str) -> BrowserSession | None:
    """Return the sign-in that a cookie names, with its merchant; None if it was ended."""
    now = utc_now()
    found: BrowserSession | None = (
        BrowserSession.select(BrowserSession, Merchant)
        .join(Merchant)
        .where(
            BrowserSession.token_digest == token_digest(token),
            BrowserSession.merchant == merchant_id,
            BrowserSession.last_seen_at > now - SESSION_LIFETIME,
        )
        .first()
    )
    if found is not None and found.last_seen_at < now - SEEN_UPDATE_INTERVAL:
        # A page that can be read is worth more than knowing when it was.
        with suppress(OperationalError, InterfaceError):
            BrowserSession.update(last_seen_at=now).where(BrowserSession.id == found.id).execute()
    return found


def browser_sessions_of(merchant: Merchant) -> Sequence[BrowserSession]:
    """Return where the merchant is signed in, the latest seen first."""
    mine = BrowserSession.select().where(
        BrowserSession.merchant == merchant,
        BrowserSession.last_seen_at > utc_now() - SESSION_LIFETIME,
    )
    return list(mine.order_by(BrowserSession.last_seen_at.desc(), BrowserSession.id.desc()))


def end_browser_session(merchant: Merchant, session_id: int) -> bool:
    """Sign one browser of the merchant out; False if it was already."""
    ended: int = (
        BrowserSession.delete()
        .where(BrowserSession.id == session_id, BrowserSession.merchant == merchant)
        .execute()
    )
    return ended == 1


def end_browser_sessions(merchant: Merchant, *, except_id: int | None = None) -> int:
    """Sign the merchant out everywhere, but in the browser ``except_id``; return in how many."""
    others = BrowserSession.merchant == merchant
    if except_id is not None:
        others &= BrowserSession.id != except_id
    ended: int = BrowserSession.delete().where(others).execute()
    return ended
