"""Emails about a store's team."""

from __future__ import annotations

from flask import url_for

from portal.models import INVITATION_LIFETIME, Merchant, Store
from portal.services.accounts.invitations import NewInvitation
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
        link=absolute_url(runtime, url_for("invitations.show", token=invited.token)),
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
