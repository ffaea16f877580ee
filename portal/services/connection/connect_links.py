"""Connect links of operators: each invites one merchant to connect one store.

A link expires after two weeks unless a merchant accepts it.
"""

from __future__ import annotations

import structlog

from portal.i18n import DEFAULT_LANGUAGE
from portal.models import COMMAND_ACTOR, AuditLogEntry, Merchant, Onboarding, utc_now
from portal.models.base import database
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.connection.connect_failures import LINK_TTL

log = structlog.get_logger(__name__)

LABEL_LIMIT = 120
NOTE_LIMIT = 500


def create_link(
    operator: Merchant | None,
    invitee: str,
    *,
    email: str = "",
    locale: str = DEFAULT_LANGUAGE,
    note: str = "",
) -> Onboarding:
    """Return a new link for the merchant whom ``invitee`` describes.

    ``email`` is normalized, or empty if the link is not to be mailed. ``operator`` is None for a
    command.
    """
    with database.atomic():
        onboarding: Onboarding = Onboarding.create(
            invitee=invitee[:LABEL_LIMIT],
            email=email,
            locale=locale,
            note=note[:NOTE_LIMIT],
            created_by=operator,
            expires_at=utc_now() + LINK_TTL,
        )
        audit_link(AuditAction.CONNECT_LINK_CREATED, onboarding.id, operator)
    return onboarding


def renew_link(onboarding_id: int, operator: Merchant | None = None) -> bool:
    """Let an unclaimed link expire two weeks from now; return False if there is none with this id.

    Reminders count from the renewal, but each of them is sent only once.
    """
    now = utc_now()
    with database.atomic():
        renewed: int = (
            Onboarding.update(expires_at=now + LINK_TTL, renewed_at=now, step_changed_at=now)
            .where(
                Onboarding.id == onboarding_id,
                Onboarding.expires_at.is_null(is_null=False),
                Onboarding.merchant.is_null(),
                Onboarding.finished_at.is_null(),
                Onboarding.withdrawn_at.is_null(),
            )
            .execute()
        )
        if renewed:
            audit_link(AuditAction.CONNECT_LINK_RENEWED, onboarding_id, operator)
    return renewed == 1


def withdraw_link(onboarding_id: int, operator: Merchant | None = None) -> bool:
    """Withdraw an unfinished onboarding; return False if there is none with this id."""
    with database.atomic():
        withdrawn: int = (
            Onboarding.update(withdrawn_at=utc_now())
            .where(
                Onboarding.id == onboarding_id,
                Onboarding.finished_at.is_null(),
                Onboarding.withdrawn_at.is_null(),
            )
            .execute()
        )
        if withdrawn:
            audit_link(AuditAction.CONNECT_LINK_WITHDRAWN, onboarding_id, operator)
    return withdrawn == 1


def audit_link(
    action: AuditAction,
    onboarding_id: int,
    operator: Merchant | None,
    actor_name: str = COMMAND_ACTOR,
) -> None:
    """Record an action on a link in the audit log; called in the transaction of the action."""
    AuditLogEntry.record(
        None,
        action,
        f"onboarding {onboarding_id}",
        actor=operator,
        actor_name=actor_name if operator is None else None,
    )
    log.info("connect_link.changed", action=action, onboarding=onboarding_id)
