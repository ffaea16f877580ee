"""Reasons why a change of a consent is refused, with the texts that explain them."""

from __future__ import annotations

from enum import StrEnum

from portal.i18n import N_


class ConsentRefusal(StrEnum):
    """Reason why a consent can't be changed; `CONSENT_REFUSALS` has its text."""

    CHANNEL_CLOSED = "channel_closed"
    NO_SCOPES = "no_scopes"
    NOT_NARROWER = "not_narrower"
    IS_ACTIVE = "is_active"
    IS_PAUSED = "is_paused"
    IS_REVOKED = "is_revoked"
    ENDED_BY_OWNER = "ended_by_owner"
    BUFFER_NOT_HIGHER = "buffer_not_higher"
    SELLING_PAUSED_BY_STORE = "selling_paused_by_store"


CONSENT_REFUSALS: dict[str, str] = {
    ConsentRefusal.CHANNEL_CLOSED: N_("This channel is closed, so stores can't give it access."),
    ConsentRefusal.NO_SCOPES: N_("Select at least one permission."),
    ConsentRefusal.NOT_NARROWER: N_("Clear at least one permission, or end access instead."),
    ConsentRefusal.IS_ACTIVE: N_("The channel already has access to this store."),
    ConsentRefusal.IS_PAUSED: N_("The channel's access is already paused."),
    ConsentRefusal.IS_REVOKED: N_("The channel's access has ended. Allow access again first."),
    ConsentRefusal.ENDED_BY_OWNER: N_(
        "The store's owner ended this access. Ask the owner to allow it again."
    ),
    ConsentRefusal.BUFFER_NOT_HIGHER: N_(
        "Only the store's owner can lower the stock buffer, on the store's Channels page."
    ),
    ConsentRefusal.SELLING_PAUSED_BY_STORE: N_(
        "The store's owner paused selling. Only the owner can resume it, on the "
        "store's Channels page."
    ),
}
