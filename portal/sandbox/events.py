"""Note the webhook events that changes cause; the sender delivers them.

Which stores' events go where: every store in which the app is installed sends to the app's own
address, and to those registered for the store; a registration of the app's own address replaces
it. One delivery for each address and event. Only events that a granted scope covers. An address
that has failed for too long gets nothing more.
"""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

from portal.sandbox.config import SandboxConfig
from portal.sandbox.delivery_log import DeliveryLog
from portal.sandbox.failing import FailingAddresses
from portal.sandbox.state import State
from portal.sandbox.switches import Switches

SHUFFLED_WITHIN_S = 2.0
_SCOPE_OF_ENTITY = {
    "profile": "read_store_profile",
    "application": "read_store_profile",
    "product": "read_catalog",
    "category": "read_catalog",
    "product_class": "read_catalog",
    "order": "fetch_orders",
    "unfinished_order": "fetch_orders",
    "customer": "fetch_customers",
    "discount_coupon": "read_discount_coupons",
}
# Those whose scope is not that of their entity.
_SCOPE_OF_EVENT = {
    "customer.personalDataRemovalRequest": "read_store_profile",
    "customer.personalDataExportRequest": "read_store_profile",
}


class EventLog:
    """Write deliveries into the state, in the transaction of the change that causes them."""

    def __init__(
        self,
        config: SandboxConfig,
        state: State,
        switches: Switches,
        log: DeliveryLog,
        failing: FailingAddresses,
    ) -> None:
        self._config = config
        self._state = state
        self._switches = switches
        self._log = log
        self._failing = failing
        self.on_new: Callable[[], None] = lambda: None

    def emit(
        self,
        store_id: int,
        event_type: str,
        entity_id: int | str,
        data: dict[str, Any] | None = None,
        scopes: set[str] | None = None,
    ) -> None:
        """Note one event for every address that is to hear of it.

        ``scopes`` replaces the installed app's, for the event of an uninstall.
        """
        granted = self._granted(store_id) if scopes is None else scopes
        scope = _SCOPE_OF_EVENT.get(event_type) or _SCOPE_OF_ENTITY.get(
            event_type.partition(".")[0]
        )
        if scope not in granted:
            return
        name = event_type if self._switches.text("webhook_names") == "camel" else _snake(event_type)
        body: dict[str, Any] = {
            "eventId": str(uuid.uuid4()),
            "eventCreated": int(time.time()),
            "storeId": store_id,
            "entityId": entity_id,
            "eventType": name,
        }
        if data:
            body["data"] = data
        now = time.time()
        urls = self._addresses(store_id, event_type)
        copies = 1 + int(self._switches.number("webhook_duplicates"))
        with self._state.writing():
            self._log.add(
                store_id,
                body,
                now,
                [(url, self._moment(now)) for url in urls for _ in range(copies)],
            )
            self._state.after_commit(self.on_new)

    def _moment(self, now: float) -> float:
        """Return when to send a copy: each at a moment of its own if they are to come shuffled."""
        due = now + self._switches.number("webhook_delay_s")
        if self._switches.text("webhook_order") == "shuffled":
            due += self._switches.chance("webhooks").random() * SHUFFLED_WITHIN_S
        return due

    def _granted(self, store_id: int) -> set[str]:
        rows = self._state.rows(
            "SELECT scopes FROM token WHERE store = ? AND is_alive = 1", store_id
        )
        return {scope for row in rows for scope in row["scopes"].split()}

    def _addresses(self, store_id: int, event_type: str) -> list[str]:
        own = self._state.rows("SELECT url, events FROM registration WHERE store = ?", store_id)
        found = {row["url"] for row in own if event_type in json.loads(row["events"])}
        replaced = self._config.webhook_url in {row["url"] for row in own}
        # What befalls the app itself is always told to its own address.
        if self._config.webhook_url and (not replaced or event_type.startswith("application.")):
            found.add(self._config.webhook_url)
        return sorted(url for url in found if not self._failing.is_blocked(url))


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
