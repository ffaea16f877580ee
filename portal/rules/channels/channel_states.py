"""Kinds and states of channels, states of consents, and the changes between them."""

from __future__ import annotations

from enum import StrEnum


class ChannelKind(StrEnum):
    """Party that a channel belongs to."""

    MARKETPLACE = "marketplace"  # the operator's; stores consent to it
    OWN = "own"  # the keys and endpoints of one merchant


class ChannelStatus(StrEnum):
    """Whether a channel has access to any store."""

    ACTIVE = "active"
    PAUSED = "paused"
    CLOSED = "closed"  # for good


class ConsentStatus(StrEnum):
    """Whether a channel has access to one store."""

    ACTIVE = "active"
    PAUSED = "paused"
    REVOKED = "revoked"


class ConsentChange(StrEnum):
    """Change of a consent; its outbound event, audit action and e-mail have the same name."""

    CONSENTED = "channel.consented"
    NARROWED = "channel.narrowed"
    PAUSED = "channel.paused"
    RESUMED = "channel.resumed"
    REVOKED = "channel.revoked"
    SELLING_PAUSED = "channel.selling_paused"
    SELLING_RESUMED = "channel.selling_resumed"
    STOCK_BUFFER_CHANGED = "channel.stock_buffer_changed"


_ALLOWED = {ConsentStatus.ACTIVE, ConsentStatus.PAUSED}
# Changes of the terms of sale, which leave the access as it is.
SALE_CHANGES = frozenset(
    {
        ConsentChange.SELLING_PAUSED,
        ConsentChange.SELLING_RESUMED,
        ConsentChange.STOCK_BUFFER_CHANGED,
    }
)

# Statuses from which each change is possible, and the status after it; None keeps the status.
_CHANGES: dict[ConsentChange, tuple[set[ConsentStatus], ConsentStatus | None]] = {
    ConsentChange.CONSENTED: (set(ConsentStatus), ConsentStatus.ACTIVE),
    ConsentChange.NARROWED: (_ALLOWED, None),
    ConsentChange.PAUSED: ({ConsentStatus.ACTIVE}, ConsentStatus.PAUSED),
    ConsentChange.RESUMED: ({ConsentStatus.PAUSED}, ConsentStatus.ACTIVE),
    ConsentChange.REVOKED: (_ALLOWED, ConsentStatus.REVOKED),
    **dict.fromkeys(SALE_CHANGES, (_ALLOWED, None)),
}


def consent_status_after(change: ConsentChange, status: ConsentStatus) -> ConsentStatus | None:
    """Return the status after a change; None if the change isn't possible in ``status``."""
    possible, after = _CHANGES[change]
    return (after or status) if status in possible else None


# Statuses from which operators can bring a channel to a status.
_CHANNEL_CHANGES = {
    ChannelStatus.ACTIVE: {ChannelStatus.PAUSED},
    ChannelStatus.PAUSED: {ChannelStatus.ACTIVE},
    ChannelStatus.CLOSED: {ChannelStatus.ACTIVE, ChannelStatus.PAUSED},
}


def can_become(status: ChannelStatus, wanted: ChannelStatus) -> bool:
    """Return whether a channel can change to the wanted status; a closed one stays closed."""
    return status in _CHANNEL_CHANGES[wanted]
