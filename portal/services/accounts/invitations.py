"""Invite people to work in a store, and take their answers."""

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
    normalize_email,
    utc_now,
)
from portal.rules.accounts.team_refusals import TEAM_LIMIT, TeamRefusal
from portal.services.accounts.link_tokens import new_token, token_digest

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class NewInvitation:
    """Hold a new invitation and the token of its link, which is kept nowhere."""

    invitation: StoreInvitation
    token: str


def invitations_of(store: Store) -> Sequence[StoreInvitation]:
    """Return the store's unanswered invitations, the expired included."""
    mine = StoreInvitation.select().where(StoreInvitation.store == store)
    return list(mine.order_by(StoreInvitation.id))


def invitations_to(merchant: Merchant) -> Sequence[StoreInvitation]:
    """Return the invitations that wait for this merchant, with their stores.

    An address that nobody has confirmed is not known to be the merchant's.
    """
    if merchant.verified_at is None:
        return []
    return list(StoreInvitation.valid().where(StoreInvitation.email == merchant.email))


def invitation_by_token(token: str) -> StoreInvitation | None:
    """Return the invitation that a link leads to, while it can be accepted."""
    found: StoreInvitation | None = (
        StoreInvitation.valid().where(StoreInvitation.token_digest == token_digest(token)).first()
    )
    return found


def invite(store: Store, owner: Merchant, email: str) -> NewInvitation:
    """Write an invitation down; a second one to the same address makes the first one's link void.

    Raises TeamRefusedError for who is in the team already, and when the team is full.
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
        _log(invitation, "member_invited", owner)
    log.info("team.invited", store=store.id, invitation=invitation.id, by=owner.id)
    return NewInvitation(invitation, token)


def withdraw(store: Store, invitation_id: int, owner: Merchant) -> None:
    """Take an invitation back; raise TeamRefusedError if it isn't there any more."""
    invitation = StoreInvitation.get_or_none(
        StoreInvitation.id == invitation_id, StoreInvitation.store == store
    )
    if invitation is None:
        raise TeamRefusedError(store.id, TeamRefusal.INVITATION_GONE)
    _close(invitation, "invitation_withdrawn", owner)


def decline(invitation: StoreInvitation, merchant: Merchant) -> None:
    """Say no to an invitation; raise TeamRefusedError if it isn't there any more."""
    _close(invitation, "invitation_declined", merchant)


def accept(invitation: StoreInvitation, merchant: Merchant) -> None:
    """Let ``merchant`` work in the store; raise TeamRefusedError if it isn't there any more.

    Who is in the team already stays what they are.
    """
    with database.atomic():
        _close(invitation, "member_joined", merchant)
        try:
            with database.atomic():
                Membership.create(merchant=merchant, store=invitation.store_id, role=Role.STAFF)
        except IntegrityError:
            log.info("team.already_member", store=invitation.store_id, merchant=merchant.id)


def _close(invitation: StoreInvitation, what: str, actor: Merchant) -> None:
    """Take the row away and note what became of it; only one answer is the first."""
    with database.atomic():
        if not StoreInvitation.delete().where(StoreInvitation.id == invitation.id).execute():
            raise TeamRefusedError(invitation.store_id, TeamRefusal.INVITATION_GONE)
        _log(invitation, what, actor)
    log.info(
        "team.invitation_closed", what=what, store=invitation.store_id, invitation=invitation.id
    )


def _log(invitation: StoreInvitation, what: str, actor: Merchant) -> None:
    """Write it down without the address: it belongs to a person who may not be in the team."""
    TimelineEntry.record(invitation.store_id, what, actor, invitation=invitation.id)
    AuditLogEntry.record(invitation.store_id, what, f"invitation {invitation.id}", actor=actor)
