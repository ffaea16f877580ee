"""Reading of the names that a store gives to its order statuses."""

from __future__ import annotations

import structlog

from portal.ecwid.errors import EcwidError
from portal.ecwid.order_statuses import read_order_status_names
from portal.errors import RecordError, StoreNotConnectedError
from portal.models import Store
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)


def refresh_order_status_names(runtime: Runtime, store_id: int) -> None:
    """Store the current names; if they can't be read, the former names stay.

    Pages need no name, so a failure here decides nothing about the connection.
    """
    try:
        names = read_order_status_names(runtime.client(store_id).order_statuses())
    except (EcwidError, RecordError, StoreNotConnectedError) as error:
        log.info("order_statuses.unreadable", store=store_id, error=type(error).__name__)
        return
    Store.update(order_status_names=names).where(Store.id == store_id).execute()
