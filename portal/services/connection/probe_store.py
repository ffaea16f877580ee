"""Look after one connection: is the token alive, what does the store's profile say now?

Every store is looked at hourly, one that is stopped for a passing reason more often, and any of
them at once when a call is refused or an event says that something of its connection changed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import structlog

from portal.ecwid.errors import EcwidError, EcwidTokenError
from portal.errors import RecordError, SealedSecretError
from portal.jobs import PROBE_STORE
from portal.models import Grant, Store, StoreState, utc_now
from portal.rules.connection.connection_events import ConnectionEvent
from portal.rules.connection.probe_times import STOPPED_INTERVAL_S, next_probe_in_s
from portal.rules.connection.store_states import TOKENLESS_STATES
from portal.services.connection.check_connection import check_connection, refused_result
from portal.services.connection.handle_refusals import (
    apply_result,
    confirm_refusal,
    handle_unopenable_token,
)
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)


def wake_due_probes(runtime: Runtime) -> int:
    """Wake the probe of every store whose time has come; return how many."""
    due = Store.select(Store.id).where(
        Store.probe_due_at <= utc_now(), Store.state.not_in(TOKENLESS_STATES)
    )
    return runtime.wake_many(PROBE_STORE, (store.id for store in due))


def probe_store(runtime: Runtime, store_id: int, *, is_uninstall_event: bool = False) -> None:
    """Examine the connection and bring the store's row up to date, state included.

    Whatever is refused is confirmed by a second look, a dead token's by the transport itself; if
    Ecwid ``is_uninstall_event`` to have removed the app, that is why it is dead. Raises EcwidError
    when a retry may help; does nothing for a store that is unknown or can't be asked.
    """
    store = Store.get_or_none(Store.id == store_id)
    grant = Grant.active_for(store_id)
    if store is None or grant is None or store.state in TOKENLESS_STATES:
        return
    # Before the call: a probe that fails or is killed is made up for, and no sooner.
    _schedule_probe(store_id, STOPPED_INTERVAL_S)
    try:
        result = check_connection(runtime.client(store_id), grant)
    except SealedSecretError:
        handle_unopenable_token(runtime, store_id)
    except EcwidTokenError as error:
        if is_uninstall_event:
            gone = replace(refused_result(grant, error), event=ConnectionEvent.UNINSTALLED)
            apply_result(runtime, grant, gone)
        else:
            confirm_refusal(runtime, store_id, error)
    except EcwidError as error:
        if error.retryable:
            raise
        confirm_refusal(runtime, store_id, error)
    except RecordError as error:
        log.warning("probe.unreadable", store=store_id, problem=str(error))
        return
    else:
        apply_result(runtime, grant, result)
    _schedule_next(store_id)


def _schedule_next(store_id: int) -> None:
    state = StoreState(Store.get_by_id(store_id).state)
    _schedule_probe(store_id, next_probe_in_s(state))


def _schedule_probe(store_id: int, seconds: float | None) -> None:
    due_at = None if seconds is None else utc_now() + timedelta(seconds=seconds)
    Store.update(probe_due_at=due_at).where(Store.id == store_id).execute()
