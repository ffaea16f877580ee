"""Invitations to work in a store, and the answers to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from peewee import IntegrityError

from portal.errors import TeamRefusedError
from portal.models import (
    INVITATION_LIFETIME,
    AuditLogEntry,
    Membership,
    Merchant,
    Role,
    Store,
    StoreInvitation,
    TimelineEntry,
    database,
    utc_now,
)
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.accounts.team_refusals import TEAM_LIMIT, TeamRefusal
from portal.rules.records.email_addresses import normalize_email
from portal.services.link_tokens import new_token, token_digest

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class NewInvitation:
    """New invitation and the token of its link; the token itself is not stored."""

    invitation: StoreInvitation
    token: str


def invitations_of(store: Store) -> Sequence[StoreInvitation]:
    """Return the store's unanswered invitations, including expired ones."""
    mine = StoreInvitation.select().where(StoreInvitation.store == store)
    return list(mine.order_by(StoreInvitation.id))


def invitations_to(merchant: Merchant) -> Sequence[StoreInvitation]:
    """Return the merchant's open invitations, with their stores.

    None are returned for an unconfirmed address, because it might not be the merchant's.
    """
    if merchant.verified_at is None:
        return []
    return list(StoreInvitation.valid().where(StoreInvitation.email == merchant.email))


def invitation_by_token(token: str) -> StoreInvitation | None:
    """Return the invitation that a link leads to, or None if it can't be accepted any more."""
    found: StoreInvitation | None = (
        StoreInvitation.valid().where(StoreInvitation.token_digest == token_digest(token)).first()
    )
    return found


def invite(store: Store, owner: Merchant, email: str, role: Role = Role.MANAGER) -> NewInvitation:
    """Create an invitation; the link of an earlier one to the same address becomes invalid.

    Raises TeamRefusedError if the address belongs to a team member or the team is full.
    """
    address, token = normalize_email(email), new_token()
    team = Membership.select(Membership, Merchant).join(Merchant).where(Membership.store == store)
    if any(member.merchant.email == address for member in team):
        raise TeamRefusedError(store.id, TeamRefusal.ALREADY_MEMBER)
    others = [wait for wait in invitations_of(store) if wait.email != address]
    if len(team) + len(others) >= TEAM_LIMIT:
        raise TeamRefusedError(store.id, TeamRefusal.TEAM_FULL)
    now = utc_now()
    values = {
        StoreInvitation.token_digest: token_digest(token),
        StoreInvitation.invited_by: owner,
        StoreInvitation.role: role,
        StoreInvitation.invited_at: now,
        StoreInvitation.expires_at: now + INVITATION_LIFETIME,
    }
    with database.atomic():
        StoreInvitation.insert(
            {StoreInvitation.store: store, StoreInvitation.email: address, **values}
        ).on_conflict(
            conflict_target=[StoreInvitation.store, StoreInvitation.email], update=values
        ).execute()
        invitation = StoreInvitation.get(StoreInvitation.token_digest == token_digest(token))
        _log(invitation, AuditAction.MEMBER_INVITED, owner)
    log.info("team.invited", store=store.id, invitation=invitation.id, by=owner.id)
    return NewInvitation(invitation, token)


def withdraw(store: Store, invitation_id: int, owner: Merchant) -> StoreInvitation:
    """Withdraw an invitation and return it; raise TeamRefusedError if it is gone."""
    invitation: StoreInvitation | None = StoreInvitation.get_or_none(
        StoreInvitation.id == invitation_id, StoreInvitation.store == store
    )
    if invitation is None:
        raise TeamRefusedError(store.id, TeamRefusal.INVITATION_GONE)
    _close(invitation, AuditAction.INVITATION_WITHDRAWN, owner)
    return invitation


def decline(invitation: StoreInvitation, merchant: Merchant) -> None:
    """Decline an invitation; raise TeamRefusedError if it no longer exists."""
    _close(invitation, AuditAction.INVITATION_DECLINED, merchant)


def accept(invitation: StoreInvitation, merchant: Merchant) -> None:
    """Add ``merchant`` to the store's team; raise TeamRefusedError if the invitation is gone.

    An existing team member keeps their role.
    """
    with database.atomic():
        _close(invitation, AuditAction.MEMBER_JOINED, merchant)
        try:
            with database.atomic():
                Membership.create(
                    merchant=merchant, store=invitation.store_id, role=invitation.role
                )
        except IntegrityError:
            log.info("team.already_member", store=invitation.store_id, merchant=merchant.id)


def _close(invitation: StoreInvitation, what: AuditAction, actor: Merchant) -> None:
    """Delete the invitation and record the outcome; the delete lets only one answer succeed."""
    with database.atomic():
        if not StoreInvitation.delete().where(StoreInvitation.id == invitation.id).execute():
            raise TeamRefusedError(invitation.store_id, TeamRefusal.INVITATION_GONE)
        _log(invitation, what, actor)
    log.info(
        "team.invitation_closed", what=what, store=invitation.store_id, invitation=invitation.id
    )


def _log(invitation: StoreInvitation, what: AuditAction, actor: Merchant) -> None:
    """Record without the address, because the person may not be in the team."""
    TimelineEntry.record(invitation.store_id, what, actor, invitation=invitation.id)
    AuditLogEntry.record(invitation.store_id, what, f"invitation {invitation.id}", actor=actor)
