"""Order statuses of a store: built-in ones, and custom ones that the store names."""

from __future__ import annotations

from typing import Any

from portal.sandbox.resource_specs import Body
from portal.sandbox.resources.order_body import FULFILLMENT_STATUSES, PAYMENT_STATUSES
from portal.sandbox.state import State
from portal.sandbox.validation import (
    NotFoundError,
    WrongParameterError,
    check_types,
    is_boolean,
    is_text,
    require_object,
)

CUSTOM_PREFIX = "CUSTOM_"
CHANGEABLE = {
    "name": is_text,
    "enabled": is_boolean,
    "sendNotificationWhenStatusIsAssigned": is_boolean,
}


class OrderStatuses:
    """Reads order statuses and changes the custom ones."""

    def __init__(self, state: State) -> None:
        self._state = state

    def all(self, store_id: int) -> list[Body]:
        """Return all statuses, those of payments first."""
        # Source (documented): REST docs, "Search order statuses": a custom status is disabled until
        # the store enables it, and only custom statuses have names.
        rows = self._state.rows("SELECT * FROM order_status WHERE store = ?", store_id)
        named = {row["id"]: row for row in rows}
        statuses = [("PAYMENT_STATUS", each) for each in PAYMENT_STATUSES]
        statuses += [("FULFILLMENT_STATUS", each) for each in FULFILLMENT_STATUSES]
        return [_status(kind, each, named.get(each)) for kind, each in statuses]

    def custom(self, store_id: int) -> list[Body]:
        """Return the statuses that the store can enable and name."""
        return [status for status in self.all(store_id) if not status["defaultStatus"]]

    def get(self, store_id: int, status_id: str) -> Body:
        """Return one status; raise NotFoundError if it doesn't exist."""
        for status in self.all(store_id):
            if status["statusId"] == status_id:
                return status
        # Source (assumed): The address of an unknown order status answers 404.
        raise NotFoundError("", f"Order status {status_id} not found")

    def update(self, store_id: int, status_id: str, given: Any) -> None:
        """Change a custom status; raise WrongParameterError for a built-in one."""
        # Source (documented): REST docs, "Update custom order status".
        status = self.get(store_id, status_id)
        if status["defaultStatus"]:
            # Source (assumed): A change of a built-in order status answers 400.
            raise WrongParameterError(f"Order status {status_id} can't be changed")
        fields = {name: v for name, v in require_object(given).items() if name in CHANGEABLE}
        check_types("OrderStatus", fields, CHANGEABLE)
        changed = status | fields
        with self._state.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO order_status VALUES (?, ?, ?, ?, ?)",
                (
                    store_id,
                    status_id,
                    changed.get("name"),
                    changed["enabled"],
                    changed["sendNotificationWhenStatusIsAssigned"],
                ),
            )


def _status(kind: str, status_id: str, row: Any) -> Body:
    is_custom = status_id.startswith(CUSTOM_PREFIX)
    status = {
        "statusId": status_id,
        "orderStatusType": kind,
        "defaultStatus": not is_custom,
        "enabled": bool(row["enabled"]) if row else not is_custom,
        "sendNotificationWhenStatusIsAssigned": bool(row["notifies"]) if row else True,
    }
    return status | ({"name": row["name"]} if row and row["name"] else {})
