"""Job that checks one connection: is the token valid, and has the store's profile changed?

Every store is checked hourly, more often while it is stopped for a temporary reason, and at once
after a refused call or an event about its connection.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

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
from portal.services.connection.order_status_names import refresh_order_status_names
from portal.services.runtime import Runtime
from portal.services.work.due_work import DueWork

log = structlog.get_logger(__name__)


def wake_due_probes(runtime: Runtime) -> int:
    """Wake the checks of stores that are due; return how many."""
    return runtime.wake_due(due_probes())


def due_probes() -> DueWork:
    """Return the stores whose check is due."""
    due = Store.select(Store.id).where(
        Store.probe_due_at <= utc_now(), Store.state.not_in(TOKENLESS_STATES)
    )
    return DueWork(PROBE_STORE, due, Store.probe_due_at)


def probe_if_due(runtime: Runtime, store_id: int) -> None:
    """Check the connection if the check is due, as `probe_store`; safe to run twice, also at once.

    One of several jobs at the same time makes the check.
    """
    claimed = Store.update(probe_due_at=_retry_at()).where(
        Store.id == store_id,
        Store.probe_due_at <= utc_now(),
        Store.state.not_in(TOKENLESS_STATES),
    )
    if claimed.execute():
        probe_store(runtime, store_id)


def probe_store(runtime: Runtime, store_id: int, *, is_uninstall_event: bool = False) -> None:
    """Check the connection, and update the store's row and state.

    A second call confirms each refusal; for a dead token the client itself makes it. If
    ``is_uninstall_event``, Ecwid reported an uninstall, which then explains a dead token. Raises
    EcwidError if a retry may help. Does nothing for a store that is unknown or has no valid token.
    """
    store = Store.get_or_none(Store.id == store_id)
    grant = Grant.active_for(store_id)
    if store is None or grant is None or store.state in TOKENLESS_STATES:
        return
    Store.update(probe_due_at=_retry_at()).where(Store.id == store_id).execute()
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
        if Store.get_by_id(store_id).is_working:
            refresh_order_status_names(runtime, store_id)
    _schedule_next(store_id)


def _retry_at() -> datetime:
    """Return the due time to store before the call: a check that fails is repeated, but not soon.

    A store that doesn't answer occupies a worker for 25 s each time.
    """
    return utc_now() + timedelta(seconds=STOPPED_INTERVAL_S)


def _schedule_next(store_id: int) -> None:
    """Schedule the next check, unless another one was requested during this one."""
    store = Store.get_by_id(store_id)
    wait_s = next_probe_in_s(StoreState(store.state), is_closed=store.is_closed)
    now = utc_now()
    due_at = None if wait_s is None else now + timedelta(seconds=wait_s)
    is_requested = Store.probe_due_at <= now
    Store.update(probe_due_at=due_at).where(
        Store.id == store_id, Store.probe_due_at.is_null() | ~is_requested
    ).execute()
