"""Say when a store's connection is looked at again."""

from __future__ import annotations

from random import Random

from portal.rules.connection.store_states import UNASKABLE_STATES, WORKING_STATES, StoreState
from portal.rules.work.backoff import CHANCE

HOUR_S = 3_600.0
# Stores that began together part within a day, and a restart doesn't ask for all of them at once.
SHORTEST_SHARE = 0.9
# Somebody waits for a store that is stopped, and sits before one that is being connected.
STOPPED_S = 300.0
CONNECTING_S = 60.0


def probe_in_s(state: StoreState, chance: Random = CHANCE) -> float | None:
    """Return in how many seconds to look again; None where only a new consent helps."""
    if state in UNASKABLE_STATES:
        return None
    if state in WORKING_STATES:
        return HOUR_S * chance.uniform(SHORTEST_SHARE, 1.0)
    return CONNECTING_S if state is StoreState.CONNECTING else STOPPED_S
