"""Emails about a store's team."""

from __future__ import annotations

from flask import url_for

from portal.models import INVITATION_LIFETIME, Merchant, Role, Store
from portal.services.accounts.invitations import NewInvitation
from portal.services.accounts.team import members_of
from portal.services.runtime import Runtime
from portal.web.emails import absolute_url, send_email

TEAM_INVITATION = "team_invitation"


def send_team_invitation(
    runtime: Runtime, store: Store, owner: Merchant, invited: NewInvitation
) -> None:
    """Email an invitation to a store's team."""
    send_email(
        runtime,
        TEAM_INVITATION,
        invited.invitation.email,
        merchant_id=owner.id,
        store_id=store.id,
        expires_in=INVITATION_LIFETIME,
        store=store.name,
        owner=owner.email,
        is_manager=invited.invitation.role == Role.MANAGER,
        link=absolute_url(runtime, url_for("invitations.show", token=invited.token)),
    )


def send_factor_rule(runtime: Runtime, store: Store, owner: Merchant) -> None:
    """Email the team, except the owner, whether a second factor is required now."""
    for member in members_of(store):
        if member.merchant_id != owner.id:
            send_email(
                runtime,
                "team_factor",
                member.merchant.email,
                merchant_id=member.merchant_id,
                store_id=store.id,
                store=store.name,
                is_required=store.requires_second_factor,
                link=absolute_url(runtime, url_for("account.second_factor")),
            )


def send_new_role(runtime: Runtime, store: Store, member: Merchant, role: Role) -> None:
    """Notify a member of their new role by email."""
    send_email(
        runtime,
        "team_role",
        member.email,
        merchant_id=member.id,
        store_id=store.id,
        store=store.name,
        is_manager=role is Role.MANAGER,
        link=absolute_url(runtime, url_for("team.index", store_id=store.id)),
    )


def send_new_owner(runtime: Runtime, store: Store, owner: Merchant, former: Merchant) -> None:
    """Notify the new owner of a store by email."""
    send_email(
        runtime,
        "team_owner",
        owner.email,
        merchant_id=owner.id,
        store_id=store.id,
        store=store.name,
        former=former.email,
        link=absolute_url(runtime, url_for("team.index", store_id=store.id)),
    )
