"""Name how a store's connection can stand."""

from __future__ import annotations

from enum import StrEnum


class StoreState(StrEnum):
    """Name how a store's connection stands."""

    CONNECTING = "connecting"  # access was granted; the store hasn't been looked at yet
    CONNECTED = "connected"
    LIMITED = "limited"  # connected, on a plan without some functions
    ACTION_REQUIRED = "action_required"  # scopes are missing
    RECONNECT = "reconnect"  # the token is dead
    PLAN_BLOCKED = "plan_blocked"
    SUSPENDED = "suspended"
    DISCONNECTED = "disconnected"


WORKING_STATES = (StoreState.CONNECTED, StoreState.LIMITED)
# Without a living token nothing can be asked: only a new consent helps.
TOKENLESS_STATES = (StoreState.RECONNECT, StoreState.DISCONNECTED)
