"""Webhook events of changes, stored as deliveries for the webhook sender.

A store in which the app is installed sends its events to the app's webhook URL and to the URLs
that are registered for the store. A registration of the app's own URL replaces the app's default
subscription. Each URL gets one delivery per event. Events that no granted scope covers aren't
sent, and blocked endpoints get no events. A custom app gets events of its own, with other ids.
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
from portal.sandbox.failing_endpoints import FailingEndpoints
from portal.sandbox.state import State
from portal.sandbox.switches import Switches

SHUFFLED_WITHIN_S = 2.0
_SCOPE_OF_ENTITY = {
    "profile": "read_store_profile",
    "application": "read_store_profile",
    "product": "read_catalog",
    "category": "read_catalog",
    "product_class": "read_catalog",
    "order": "read_orders",
    "unfinished_order": "read_orders",
    "customer": "read_customers",
    "customer_group": "read_customers",
    "promotion": "read_promotion",
    "discount_coupon": "read_discount_coupons",
    "review": "read_reviews",
    "invoice": "read_invoices",
}
# Events that need another scope than their entity does.
_SCOPE_OF_EVENT = {
    "customer.personalDataRemovalRequest": "read_store_profile",
    "customer.personalDataExportRequest": "read_store_profile",
}


class EventPublisher:
    """Creates deliveries, in the transaction of the change that causes the event."""

    def __init__(
        self,
        config: SandboxConfig,
        state: State,
        switches: Switches,
        log: DeliveryLog,
        failing_endpoints: FailingEndpoints,
    ) -> None:
        self._config = config
        self._state = state
        self._switches = switches
        self._log = log
        self._failing_endpoints = failing_endpoints
        self.on_delivery_added: Callable[[], None] = lambda: None

    def emit(
        self,
        store_id: int,
        event_type: str,
        entity_id: int | str,
        data: dict[str, Any] | None = None,
        scopes: set[str] | None = None,
    ) -> None:
        """Create the deliveries of an event for all its subscribers.

        ``scopes`` overrides the scopes of the installed app; the uninstall event needs it, because
        the token is no longer valid by then.
        """
        scope = _SCOPE_OF_EVENT.get(event_type) or _SCOPE_OF_ENTITY.get(
            event_type.partition(".")[0]
        )
        subscribers = self._apps(store_id)
        if scopes is not None:
            subscribers[0] = (self._config.webhook_url, scopes)
        if event_type.startswith("application."):
            # Source (documented): webhook documentation: only the app concerned gets these events.
            subscribers = {app: found for app, found in subscribers.items() if app == 0}
        for app, (webhook_url, granted) in subscribers.items():
            if scope in granted:
                # Source (assumed): One change has another eventId for each app.
                body = self._event(store_id, event_type, entity_id, data)
                self._add(store_id, app, body, self._urls(store_id, app, webhook_url, event_type))

    def _event(
        self, store_id: int, event_type: str, entity_id: int | str, data: dict[str, Any] | None
    ) -> dict[str, Any]:
        name = (
            event_type
            if self._switches.text("webhook_event_case") == "camel"
            else _snake_case(event_type)
        )
        body: dict[str, Any] = {
            "eventId": self._new_event_id(),
            "eventCreated": int(time.time()),
            "storeId": store_id,
            "entityId": entity_id,
            "eventType": name,
        }
        if data:
            body["data"] = data
        return body

    def _add(self, store_id: int, app: int, body: dict[str, Any], urls: list[str]) -> None:
        now = time.time()
        copies = 1 + int(self._switches.number("webhook_duplicates"))
        sends = [(url, self._due_time(now)) for url in urls for _ in range(copies)]
        with self._state.transaction():
            self._log.add(store_id, body, now, sends, app)
            self._state.after_commit(self.on_delivery_added)

    def _new_event_id(self) -> str | int:
        # Source (documented): older official docs, "Webhooks": two pages show a numeric eventId.
        event_id = uuid.uuid4()
        is_number = self._switches.text("webhook_event_id") == "number"
        # 53 bits are left, which every JSON parser keeps exact.
        return event_id.int >> 75 if is_number else str(event_id)

    def _due_time(self, now: float) -> float:
        """Return when to send one copy of an event; shuffled copies get different times."""
        due = now + self._switches.number("webhook_delay_s")
        if self._switches.text("webhook_order") == "shuffled":
            due += self._switches.rng("webhooks").random() * SHUFFLED_WITHIN_S
        return due

    def _apps(self, store_id: int) -> dict[int, tuple[str, set[str]]]:
        """Return webhook URL and granted scopes of each installed app; 0 is the registered one."""
        rows = self._state.rows(
            "SELECT token.custom_app, webhook_url, scopes FROM token LEFT JOIN custom_app"
            " ON custom_app.id = token.custom_app WHERE token.store = ? AND is_valid = 1",
            store_id,
        )
        found: dict[int, tuple[str, set[str]]] = {}
        for row in rows:
            app = row["custom_app"]
            url = row["webhook_url"] if app else self._config.webhook_url
            scopes = found[app][1] if app in found else set()
            found[app] = (url, scopes | set(row["scopes"].split()))
        return found

    def _urls(self, store_id: int, app: int, webhook_url: str, event_type: str) -> list[str]:
        own = self._state.rows(
            "SELECT url, events FROM registration WHERE store = ? AND custom_app = ?", store_id, app
        )
        found = {row["url"] for row in own if event_type in json.loads(row["events"])}
        replaced = webhook_url in {row["url"] for row in own}
        # The app's own URL always gets the app's install and uninstall events.
        if webhook_url and (not replaced or event_type.startswith("application.")):
            found.add(webhook_url)
        return sorted(url for url in found if not self._failing_endpoints.is_blocked(url))


def _snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
