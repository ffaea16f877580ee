"""Intervals between the connection checks of a store."""

from __future__ import annotations

from random import Random

from portal.rules.connection.store_states import TOKENLESS_STATES, WORKING_STATES, StoreState
from portal.rules.work.backoff import CHANCE

WORKING_INTERVAL_S = 3_600.0
# Jitter spreads out stores that connected together, and the checks after a restart.
MIN_JITTER_FACTOR = 0.9
# Shorter intervals: a merchant may be fixing a stopped store, or watching one being connected.
STOPPED_INTERVAL_S = 300.0
CONNECTING_INTERVAL_S = 60.0


def next_probe_in_s(
    state: StoreState, rng: Random = CHANCE, *, is_closed: bool = False
) -> float | None:
    """Return the seconds until the next check, or None if only a new consent can help.

    A closed store is checked as often as a stopped one, because its orders are refused.
    """
    if state in TOKENLESS_STATES:
        return None
    if state in WORKING_STATES and not is_closed:
        return WORKING_INTERVAL_S * rng.uniform(MIN_JITTER_FACTOR, 1.0)
    return CONNECTING_INTERVAL_S if state is StoreState.CONNECTING else STOPPED_INTERVAL_S
