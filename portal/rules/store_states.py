"""Name how a store's connection can stand, and decide it from what Ecwid tells."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from portal.rules.plan import PlanLevel
from portal.rules.scopes import missing_scopes


class StoreState(StrEnum):
    """Name how a store's connection stands."""

    CONNECTED = "connected"
    LIMITED = "limited"  # connected, on a plan without some functions
    ACTION_REQUIRED = "action_required"  # scopes are missing
    RECONNECT = "reconnect"  # the token is dead
    PLAN_BLOCKED = "plan_blocked"
    SUSPENDED = "suspended"
    DISCONNECTED = "disconnected"


WORKING_STATES = (StoreState.CONNECTED, StoreState.LIMITED)
# Without a living token nothing can be asked: only a new consent helps.
UNASKABLE_STATES = (StoreState.RECONNECT, StoreState.DISCONNECTED)


def judge_store(*, scopes: Iterable[str], plan: PlanLevel, is_suspended: bool) -> StoreState:
    """Return how a store with a living token stands; the obstacle named is the one to mend first.

    A suspended store can't be helped by consent, nor a plan without the API by more scopes.
    """
    if is_suspended:
        return StoreState.SUSPENDED
    if plan is PlanLevel.BLOCKED:
        return StoreState.PLAN_BLOCKED
    if missing_scopes(scopes):
        return StoreState.ACTION_REQUIRED
    return StoreState.LIMITED if plan is PlanLevel.LIMITED else StoreState.CONNECTED
