"""States of a store's connection."""

from __future__ import annotations

from enum import StrEnum


class StoreState(StrEnum):
    """State of a store's connection."""

    CONNECTING = "connecting"  # access was granted; the first connection check hasn't run yet
    CONNECTED = "connected"
    LIMITED = "limited"  # connected, on a plan that lacks some features
    ACTION_REQUIRED = "action_required"  # scopes are missing, if only one: everything stops
    RECONNECT = "reconnect"  # the token is dead
    PLAN_BLOCKED = "plan_blocked"
    SUSPENDED = "suspended"  # by Ecwid, or paused by the merchant; the token stays valid
    DISCONNECTED = "disconnected"


WORKING_STATES = (StoreState.CONNECTED, StoreState.LIMITED)
# Without a valid token no call succeeds: only a new consent helps.
TOKENLESS_STATES = (StoreState.RECONNECT, StoreState.DISCONNECTED)
