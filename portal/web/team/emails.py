"""Write the letters that teams need."""

from __future__ import annotations

from flask import url_for

from portal.models import Merchant, Store
from portal.services.accounts.invitations import NewInvitation
from portal.services.runtime import Runtime
from portal.web.emails import absolute_url, send_email, try_send_email


def send_team_invitation(
    runtime: Runtime, store: Store, owner: Merchant, invited: NewInvitation
) -> None:
    """Mail the link that leads into a store's team; raise MailError if that fails."""
    send_email(
        runtime,
        "team_invitation",
        invited.invitation.email,
        store=store.name,
        owner=owner.email,
        link=absolute_url(runtime, url_for("invitations.show", token=invited.token)),
    )


def send_new_owner(runtime: Runtime, store: Store, owner: Merchant, former: Merchant) -> None:
    """Mail the new owner of a store."""
    try_send_email(
        runtime,
        "team_owner",
        owner.email,
        store=store.name,
        former=former.email,
        link=absolute_url(runtime, url_for("team.index", store_id=store.id)),
    )
