"""Follow merchants on their way to a connected store, by a link of an operator or by themselves.

A link holds nothing but a signed number: what became of it stands in its row, so it can be shown
again, withdrawn, and used once. It lapses after a week unless somebody takes it up; whoever does
may go on for as long as it takes, in any browser.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from itsdangerous import BadData, URLSafeSerializer

from portal.models import Merchant, Onboarding, Store, utc_now
from portal.models.base import database
from portal.rules.connection.connect_failures import LINK_TTL, ConnectStep, is_consent_loop
from portal.rules.connection.store_states import WORKING_STATES
from portal.services.pagination import KeyPage, page_by_key
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)

LABEL_LIMIT = 120
# Nobody comes back to it after that.
RETENTION = timedelta(days=90)


def create_link(operator: Merchant, invitee: str) -> Onboarding:
    """Return a new link for the merchant whom ``invitee`` describes."""
    onboarding: Onboarding = Onboarding.create(
        invitee=invitee[:LABEL_LIMIT], created_by=operator, expires_at=utc_now() + LINK_TTL
    )
    log.info("connect_link.created", onboarding=onboarding.id, operator=operator.id)
    return onboarding


def link_token(secret_key: str, onboarding: Onboarding) -> str:
    """Return what the address of a link ends with."""
    return str(_links(secret_key).dumps(_signed_part(onboarding)))


def onboarding_by_token(secret_key: str, token: str) -> Onboarding | None:
    """Return the journey that a link leads to, open or over; None for a forged or forgotten one."""
    try:
        number, _made_at = part = _links(secret_key).loads(token)
    except (BadData, TypeError, ValueError):
        return None
    onboarding: Onboarding | None = Onboarding.get_or_none(Onboarding.id == number)
    return onboarding if onboarding is not None and _signed_part(onboarding) == part else None


def claim_onboarding(onboarding: Onboarding, merchant: Merchant) -> bool:
    """Let ``merchant`` go the way of a link; False if another account does, or it is over."""
    is_free = Onboarding.merchant.is_null() & (Onboarding.expires_at > utc_now())
    taken: int = (
        Onboarding.update(merchant=merchant)
        .where(
            Onboarding.id == onboarding.id,
            (Onboarding.merchant == merchant) | is_free,
            Onboarding.finished_at.is_null(),
            Onboarding.withdrawn_at.is_null(),
        )
        .execute()
    )
    return taken == 1


def start_onboarding(merchant: Merchant, store_id: int | None = None) -> Onboarding:
    """Return the merchant's unfinished journey to this store, or to a new one, or begin it."""
    found = unfinished_onboarding(merchant, store_id)
    if found is not None:
        return found
    onboarding: Onboarding = Onboarding.create(
        merchant=merchant, store_id=store_id, step=ConnectStep.AT_ECWID
    )
    return onboarding


def unfinished_onboarding(merchant: Merchant, store_id: int | None = None) -> Onboarding | None:
    """Return the newest journey that the merchant hasn't finished, to this store or a new one."""
    target = Onboarding.store_id
    found: Onboarding | None = (
        Onboarding.select()
        .where(
            Onboarding.merchant == merchant,
            target.is_null() if store_id is None else target == store_id,
            Onboarding.finished_at.is_null(),
            Onboarding.withdrawn_at.is_null(),
        )
        .order_by(Onboarding.id.desc())
        .first()
    )
    return found


def record_redirect(onboarding: Onboarding) -> None:
    """Note that the merchant is being sent to Ecwid's consent page."""
    _update(onboarding, step=ConnectStep.AT_ECWID)


def record_failure(onboarding: Onboarding, failure_reason: str) -> bool:
    """Note why a try came to nothing; True if it goes in circles: permissions left out again."""
    incomplete_consents = (
        onboarding.incomplete_consents + 1 if failure_reason == "scopes_missing" else 0
    )
    is_loop = is_consent_loop(incomplete_consents)
    name = "consent_loop" if is_loop else failure_reason
    _update(
        onboarding,
        step=ConnectStep.REFUSED,
        failure_reason=name,
        incomplete_consents=incomplete_consents,
    )
    return is_loop


def reset_consent_loop(onboarding: Onboarding) -> None:
    """Let the merchant try again after a circle: the app was removed at Ecwid, they say."""
    _update(onboarding, incomplete_consents=0, failure_reason=None)


def finish_onboarding(onboarding: Onboarding, store_id: int) -> None:
    """Note that the journey has led to a connected store; its link, if any, is used up."""
    _update(
        onboarding,
        step=ConnectStep.CONNECTED,
        failure_reason=None,
        incomplete_consents=0,
        store_id=store_id,
        finished_at=utc_now(),
    )


def withdraw_link(onboarding_id: int) -> bool:
    """Make an unfinished journey void; False if there is none of this number."""
    withdrawn: int = (
        Onboarding.update(withdrawn_at=utc_now())
        .where(
            Onboarding.id == onboarding_id,
            Onboarding.finished_at.is_null(),
            Onboarding.withdrawn_at.is_null(),
        )
        .execute()
    )
    return withdrawn == 1


def list_unfinished_onboardings(
    *, after: int | None = None, before: int | None = None
) -> KeyPage[Onboarding]:
    """Return a page of the connects that came to no end, of all merchants; for operators.

    One to a store that works again by itself is not among them.
    """
    works = Store.select(Store.id).where(
        Store.id == Onboarding.store_id, Store.state.in_(WORKING_STATES)
    )
    unfinished = (
        Onboarding.select(Onboarding, Merchant)
        .join_from(Onboarding, Merchant, "LEFT JOIN", on=Onboarding.merchant)
        .where(
            Onboarding.finished_at.is_null(),
            Onboarding.withdrawn_at.is_null(),
            Onboarding.store_id.is_null() | Onboarding.store_id.not_in(works),
        )
    )
    return page_by_key(unfinished, Onboarding.id, after=after, before=before)


def prune_onboardings(_runtime: Runtime) -> int:
    """Forget journeys that nobody has gone on with for 90 days; return how many."""
    oldest = utc_now() - RETENTION
    forgotten: int = Onboarding.delete().where(Onboarding.step_changed_at < oldest).execute()
    return forgotten


def _update(onboarding: Onboarding, **changes: object) -> None:
    for name, value in changes.items():
        setattr(onboarding, name, value)
    onboarding.step_changed_at = utc_now()
    with database.atomic():
        onboarding.save(only=[*changes, "step_changed_at"])


def _signed_part(onboarding: Onboarding) -> list[int]:
    # With the time: a number that is given again must not open an old link.
    return [onboarding.id, int(onboarding.started_at.timestamp())]


def _links(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt="connect-link")
