"""Write the letters that teams need."""

from __future__ import annotations

from flask import url_for

from portal.models import Merchant, Store
from portal.services.accounts.invitations import Invited
from portal.services.runtime import Runtime
from portal.web.emails import full_address, send_letter, tell


def send_team_invitation(runtime: Runtime, store: Store, owner: Merchant, invited: Invited) -> None:
    """Mail the link that leads into a store's team; raise MailError if that fails."""
    send_letter(
        runtime,
        "team_invitation",
        invited.invitation.email,
        store=store.name,
        owner=owner.email,
        link=full_address(runtime, url_for("invitations.show", token=invited.token)),
    )


def tell_new_owner(runtime: Runtime, store: Store, owner: Merchant, former: Merchant) -> None:
    """Mail the new owner of a store."""
    tell(
        runtime,
        "team_owner",
        owner.email,
        store=store.name,
        former=former.email,
        link=full_address(runtime, url_for("team.index", store_id=store.id)),
    )
