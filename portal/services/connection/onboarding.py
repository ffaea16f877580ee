"""Onboarding: a merchant's way to a connected store, from an operator's link or on their own.

The merchant may continue at any time, in any browser. The time of each step is recorded for the
operators' funnel.
"""

from __future__ import annotations

import structlog
from peewee import fn

from portal.models import ChannelConsent, Merchant, Onboarding, SyncState, utc_now
from portal.models.base import database
from portal.models.fields import moment_text
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.connection.connect_failures import ConnectStep, is_consent_loop
from portal.services.connection.channel_link_outcome import allow_channel, publish_refused
from portal.services.connection.connect_links import audit_link
from portal.services.runtime import Runtime
from portal.services.work.row_locks import locked

log = structlog.get_logger(__name__)


def claim_onboarding(onboarding: Onboarding, merchant: Merchant) -> bool:
    """Assign a link to ``merchant``; return False if another account has it or it is finished.

    Returns False for an expired or withdrawn link, too.
    """
    now = utc_now()
    is_free = Onboarding.merchant.is_null() & (Onboarding.expires_at > now)
    with database.atomic():
        taken: int = (
            Onboarding.update(
                merchant=merchant,
                claimed_at=fn.COALESCE(Onboarding.claimed_at, moment_text(now)),
                opened_at=fn.COALESCE(Onboarding.opened_at, moment_text(now)),
            )
            .where(
                Onboarding.id == onboarding.id,
                (Onboarding.merchant == merchant) | is_free,
                Onboarding.finished_at.is_null(),
                Onboarding.withdrawn_at.is_null(),
            )
            .execute()
        )
        if taken:
            audit_link(AuditAction.ONBOARDING_ACCEPTED, onboarding.id, merchant)
    return taken == 1


def start_onboarding(merchant: Merchant, store_id: int | None = None) -> Onboarding:
    """Return the merchant's unfinished onboarding for this store or a new one, or start it.

    Never that of a channel's link: connecting in another way is no consent to the channel.
    """
    found = unfinished_onboarding(merchant, store_id)
    if found is not None:
        return found
    with database.atomic():
        onboarding: Onboarding = Onboarding.create(
            merchant=merchant, store_id=store_id, step=ConnectStep.AT_ECWID, claimed_at=utc_now()
        )
        audit_link(AuditAction.ONBOARDING_STARTED, onboarding.id, merchant)
    return onboarding


def unfinished_onboarding(
    merchant: Merchant, store_id: int | None = None, *, with_channels: bool = False
) -> Onboarding | None:
    """Return the merchant's latest unfinished onboarding for this store, or for a new one.

    Those of channels' links are left out unless ``with_channels``.
    """
    target = Onboarding.store_id
    query = Onboarding.select().where(
        Onboarding.merchant == merchant,
        target.is_null() if store_id is None else target == store_id,
        Onboarding.finished_at.is_null(),
        Onboarding.withdrawn_at.is_null(),
    )
    if not with_channels:
        query = query.where(Onboarding.channel.is_null())
    found: Onboarding | None = query.order_by(Onboarding.id.desc()).first()
    return found


def refused_onboarding(merchant: Merchant) -> Onboarding | None:
    """Return the merchant's last attempt to connect a new store if it failed; None for links."""
    found = unfinished_onboarding(merchant)
    if found is None or found.is_invite_link or found.step != ConnectStep.REFUSED:
        return None
    return found


def dismiss_refused(merchant: Merchant) -> bool:
    """End the merchant's failed attempt, so that no page shows it; return False without one."""
    found = refused_onboarding(merchant)
    if found is None:
        return False
    _update(found, withdrawn_at=utc_now())
    return True


def record_opened(onboarding: Onboarding) -> None:
    """Record the first time that somebody other than an operator opened the link."""
    now = utc_now()
    Onboarding.update(opened_at=now, step_changed_at=now).where(
        Onboarding.id == onboarding.id, Onboarding.opened_at.is_null()
    ).execute()


def record_redirect(onboarding: Onboarding) -> None:
    """Record that the merchant is sent to Ecwid's consent page."""
    _update(onboarding, step=ConnectStep.AT_ECWID)


def record_consent(onboarding: Onboarding) -> None:
    """Record that the merchant allowed access at Ecwid; the store may still be refused."""
    if onboarding.consented_at is None:
        _update(onboarding, consented_at=utc_now())


def record_failure(onboarding: Onboarding, failure_reason: str) -> bool:
    """Record why a connect attempt failed; return True for a consent loop.

    A consent loop means that scopes were left out several times in a row. The channel of a link
    gets an event.
    """
    incomplete_consents = (
        onboarding.incomplete_consents + 1 if failure_reason == "scopes_missing" else 0
    )
    is_loop = is_consent_loop(incomplete_consents)
    name = "consent_loop" if is_loop else failure_reason
    with database.atomic():
        _update(
            onboarding,
            step=ConnectStep.REFUSED,
            failure_reason=name,
            refused_at=utc_now(),
            incomplete_consents=incomplete_consents,
        )
        publish_refused(onboarding, name)
    return is_loop


def reset_consent_loop(onboarding: Onboarding) -> None:
    """Let the merchant try again after a consent loop, once they have removed the app at Ecwid."""
    _update(onboarding, incomplete_consents=0, failure_reason=None)


def finish_onboarding(onboarding: Onboarding, store_id: int) -> ChannelConsent | None:
    """Record that the onboarding ended with a connected store; its link can't be used again.

    Returns the store's consent to the channel of the link; see `allow_channel`. A channel's link
    that was used or withdrawn in the meantime stays as it is: None.
    """
    with database.atomic():
        held = locked(Onboarding.select().where(Onboarding.id == onboarding.id)).get()
        if held.channel_id is not None and not held.is_open:
            log.info("connect_link.not_open", onboarding=held.id, store=store_id)
            return None
        _update(
            onboarding,
            step=ConnectStep.CONNECTED,
            failure_reason=None,
            incomplete_consents=0,
            store_id=store_id,
            finished_at=utc_now(),
        )
        return allow_channel(onboarding, store_id)


def record_first_imports(_runtime: Runtime) -> int:
    """Record which connected stores now have a complete mirror; return how many."""
    states = SyncState.select().where(SyncState.store == Onboarding.store_id)
    recorded: int = (
        Onboarding.update(imported_at=utc_now())
        .where(
            Onboarding.finished_at.is_null(is_null=False),
            Onboarding.imported_at.is_null(),
            fn.EXISTS(states),
            ~fn.EXISTS(states.where(SyncState.last_success_at.is_null())),
        )
        .execute()
    )
    return recorded


def _update(onboarding: Onboarding, **changes: object) -> None:
    for name, value in changes.items():
        setattr(onboarding, name, value)
    onboarding.step_changed_at = utc_now()
    with database.atomic():
        onboarding.save(only=[*changes, "step_changed_at"])
