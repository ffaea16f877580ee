"""Onboarding: a merchant's way to a connected store, from an operator's link or on their own.

A link contains only a signed id; its state is in the row, so it can be shown again, withdrawn and
used once. A link expires after a week unless a merchant accepts it. After that the merchant may
continue at any time, in any browser.
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
from portal.services.work.delete_batches import delete_batches

log = structlog.get_logger(__name__)

LABEL_LIMIT = 120
# Nobody returns to an onboarding after that long.
RETENTION = timedelta(days=90)


def create_link(operator: Merchant | None, invitee: str) -> Onboarding:
    """Return a new link for the merchant whom ``invitee`` describes.

    ``operator`` is None for a command.
    """
    onboarding: Onboarding = Onboarding.create(
        invitee=invitee[:LABEL_LIMIT], created_by=operator, expires_at=utc_now() + LINK_TTL
    )
    log.info("connect_link.created", onboarding=onboarding.id, operator=operator and operator.id)
    return onboarding


def link_token(secret_key: str, onboarding: Onboarding) -> str:
    """Return the token at the end of a link's URL."""
    return str(_links(secret_key).dumps(_signed_part(onboarding)))


def onboarding_by_token(secret_key: str, token: str) -> Onboarding | None:
    """Return the onboarding that a link belongs to, unfinished or finished, or None if invalid.

    A link is invalid if it is forged, or if its row was deleted.
    """
    try:
        number, _made_at = part = _links(secret_key).loads(token)
    except (BadData, TypeError, ValueError):
        return None
    onboarding: Onboarding | None = Onboarding.get_or_none(Onboarding.id == number)
    return onboarding if onboarding is not None and _signed_part(onboarding) == part else None


def claim_onboarding(onboarding: Onboarding, merchant: Merchant) -> bool:
    """Assign a link to ``merchant``; return False if another account has it or it is finished.

    Returns False for an expired or withdrawn link, too.
    """
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
    """Return the merchant's unfinished onboarding for this store or a new one, or start it."""
    found = unfinished_onboarding(merchant, store_id)
    if found is not None:
        return found
    onboarding: Onboarding = Onboarding.create(
        merchant=merchant, store_id=store_id, step=ConnectStep.AT_ECWID
    )
    return onboarding


def unfinished_onboarding(merchant: Merchant, store_id: int | None = None) -> Onboarding | None:
    """Return the merchant's latest unfinished onboarding for this store, or for a new one."""
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
    """Record that the merchant is sent to Ecwid's consent page."""
    _update(onboarding, step=ConnectStep.AT_ECWID)


def record_failure(onboarding: Onboarding, failure_reason: str) -> bool:
    """Record why a connect attempt failed; return True for a consent loop.

    A consent loop means that scopes were left out several times in a row.
    """
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
    """Let the merchant try again after a consent loop, once they have removed the app at Ecwid."""
    _update(onboarding, incomplete_consents=0, failure_reason=None)


def finish_onboarding(onboarding: Onboarding, store_id: int) -> None:
    """Record that the onboarding ended with a connected store; its link can't be used again."""
    _update(
        onboarding,
        step=ConnectStep.CONNECTED,
        failure_reason=None,
        incomplete_consents=0,
        store_id=store_id,
        finished_at=utc_now(),
    )


def withdraw_link(onboarding_id: int) -> bool:
    """Withdraw an unfinished onboarding; return False if there is none with this id."""
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
    """Return a page of the unfinished onboardings of all merchants, for operators.

    Onboardings of stores that work again anyway are left out.
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


def prune_onboardings(runtime: Runtime) -> int:
    """Delete onboardings without a step for 90 days within a limited time; return their number."""
    is_old = Onboarding.step_changed_at < utc_now() - RETENTION
    return delete_batches(runtime.write_lock, is_old, Onboarding.id)


def _update(onboarding: Onboarding, **changes: object) -> None:
    for name, value in changes.items():
        setattr(onboarding, name, value)
    onboarding.step_changed_at = utc_now()
    with database.atomic():
        onboarding.save(only=[*changes, "step_changed_at"])


def _signed_part(onboarding: Onboarding) -> list[int]:
    # Includes the time, because a reused id must not make an old link valid.
    return [onboarding.id, int(onboarding.started_at.timestamp())]


def _links(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt="connect-link")
