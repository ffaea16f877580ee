"""Look after one connection: is the token alive, what does the store's profile say now?"""

from __future__ import annotations

import structlog

from portal.errors import EcwidError, RecordError
from portal.models import Grant, Store
from portal.rules.store_states import UNASKABLE_STATES
from portal.services.runtime import Runtime
from portal.services.suspend_store import react_to_refusal
from portal.services.take_profile import fetch_profile, save_profile

log = structlog.get_logger(__name__)


def probe_store(runtime: Runtime, store_id: int) -> None:
    """Read the store's profile and bring its row up to date, state included.

    A refusal is confirmed and acted upon by `react_to_refusal`. Raises EcwidError when a retry
    may help; does nothing for a store that is unknown or can't be asked.
    """
    store = Store.get_or_none(Store.id == store_id)
    grant = Grant.in_force(store_id)
    if store is None or grant is None or store.state in UNASKABLE_STATES:
        return
    try:
        profile = fetch_profile(runtime.client(store_id), grant.scopes)
    except EcwidError as error:
        if error.retryable:
            raise
        react_to_refusal(runtime, store_id, error)
        return
    except RecordError as error:
        log.warning("probe.unreadable", store=store_id, problem=str(error))
        return
    save_profile(grant, profile)
