"""Invite people to work in a store, and take their answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from peewee import IntegrityError

from portal.errors import TeamRefusedError
from portal.models import (
    INVITATION_LIFE,
    Audit,
    Membership,
    Merchant,
    Role,
    Store,
    StoreInvitation,
    Timeline,
    database,
    normal_email,
    utc_now,
)
from portal.rules.accounts.team_refusals import TEAM_LIMIT, TeamRefusal
from portal.services.accounts.link_tokens import digest_of, new_token

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Invited:
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
    return list(StoreInvitation.good().where(StoreInvitation.email == merchant.email))


def invitation_with(token: str) -> StoreInvitation | None:
    """Return the invitation that a link leads to, while it can be accepted."""
    found: StoreInvitation | None = (
        StoreInvitation.good().where(StoreInvitation.token_digest == digest_of(token)).first()
    )
    return found


def invite(store: Store, owner: Merchant, email: str) -> Invited:
    """Write an invitation down; a second one to the same address makes the first one's link void.

    Raises TeamRefusedError for who is in the team already, and when the team is full.
    """
    address, token = normal_email(email), new_token()
    team = Membership.select(Membership, Merchant).join(Merchant).where(Membership.store == store)
    if any(member.merchant.email == address for member in team):
        raise TeamRefusedError(store.id, TeamRefusal.IS_MEMBER)
    others = [wait for wait in invitations_of(store) if wait.email != address]
    if len(team) + len(others) >= TEAM_LIMIT:
        raise TeamRefusedError(store.id, TeamRefusal.TEAM_FULL)
    now = utc_now()
    news = {
        StoreInvitation.token_digest: digest_of(token),
        StoreInvitation.invited_by: owner,
        StoreInvitation.invited_at: now,
        StoreInvitation.expires_at: now + INVITATION_LIFE,
    }
    with database.atomic():
        StoreInvitation.insert(
            {StoreInvitation.store: store, StoreInvitation.email: address, **news}
        ).on_conflict(
            conflict_target=[StoreInvitation.store, StoreInvitation.email], update=news
        ).execute()
        invitation = StoreInvitation.get(StoreInvitation.token_digest == digest_of(token))
        _note(invitation, "member_invited", owner)
    log.info("team.invited", store=store.id, invitation=invitation.id, by=owner.id)
    return Invited(invitation, token)


def withdraw(store: Store, invitation_id: int, owner: Merchant) -> None:
    """Take an invitation back; raise TeamRefusedError if it isn't there any more."""
    invitation = StoreInvitation.get_or_none(
        StoreInvitation.id == invitation_id, StoreInvitation.store == store
    )
    if invitation is None:
        raise TeamRefusedError(store.id, TeamRefusal.IS_GONE)
    _answer(invitation, "invitation_withdrawn", owner)


def decline(invitation: StoreInvitation, merchant: Merchant) -> None:
    """Say no to an invitation; raise TeamRefusedError if it isn't there any more."""
    _answer(invitation, "invitation_declined", merchant)


def accept(invitation: StoreInvitation, merchant: Merchant) -> None:
    """Let ``merchant`` work in the store; raise TeamRefusedError if it isn't there any more.

    Who is in the team already stays what they are.
    """
    with database.atomic():
        _answer(invitation, "member_joined", merchant)
        try:
            with database.atomic():
                Membership.create(merchant=merchant, store=invitation.store_id, role=Role.STAFF)
        except IntegrityError:
            log.info("team.was_member", store=invitation.store_id, merchant=merchant.id)


def _answer(invitation: StoreInvitation, what: str, who: Merchant) -> None:
    """Take the row away and note what became of it; only one answer is the first."""
    with database.atomic():
        if not StoreInvitation.delete().where(StoreInvitation.id == invitation.id).execute():
            raise TeamRefusedError(invitation.store_id, TeamRefusal.IS_GONE)
        _note(invitation, what, who)
    log.info(
        "team.invitation_ended", what=what, store=invitation.store_id, invitation=invitation.id
    )


def _note(invitation: StoreInvitation, what: str, who: Merchant) -> None:
    """Write it down without the address: it belongs to a person who may not be in the team."""
    Timeline.note(invitation.store_id, what, who, invitation=invitation.id)
    Audit.note(invitation.store_id, what, f"invitation {invitation.id}", who=who)
