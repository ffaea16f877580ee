"""Client for the store itself: profile, change times, app status and webhook registrations."""

from __future__ import annotations

from collections.abc import Sequence

from portal.ecwid.calls import Calls, Entity, Page, Records


class StoreCalls(Calls):
    """Calls about the store as a whole."""

    def profile(self, *, extended: bool = False) -> Entity:
        """Return the store's profile; ``extended`` adds billing if that scope was granted."""
        params = {"showExtendedInfo": "true"} if extended else None
        return self.entity("/profile", params)

    def order_statuses(self) -> Entity:
        """Return all order statuses, with the names that the store gave to its own ones."""
        return self.entity("/profile/order_statuses")

    def payment_options(self) -> Records:
        """Return the store's payment options, enabled or not; Ecwid answers a plain list.

        Source: REST docs, "Search payment options", and `PaymentOptionsResult` of the official
        Java client.
        """
        path = "/profile/paymentOptions"
        found = self._transport.get(path)
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            raise self._unreadable("GET", path, "the response is no list of objects")
        return found

    def latest_stats(self) -> Entity:
        """Return when each resource of the store last changed, at the cost of a single call."""
        return self.entity("/latest-stats", {"productCountRequired": "true"})

    def application(self) -> Entity:
        """Return the app's status in this store, such as its subscription status."""
        return self.entity("/application")

    def application_token(self) -> Entity:
        """Return Ecwid's data about the token itself, such as its permissions.

        Ecwid doesn't document whether every app may call this, so expect an error.
        """
        return self.entity("/application/token")

    def check_list_access(self, path: str) -> None:
        """Request one record of a list, only to check whether the token has access."""
        self._transport.get(path, {"limit": 1})

    def uninstall_app(self, namespace: str) -> None:
        """Uninstall the app, which revokes the token; ``namespace`` is our client id."""
        self._transport.call("DELETE", "/application", params={"namespace": namespace})

    def webhooks(self) -> Page:
        """Return the store's webhook registrations; not every store has this endpoint."""
        return self.page("/webhooks")

    def create_webhook(self, url: str, events: Sequence[str]) -> None:
        """Register a webhook that sends ``events`` to ``url``."""
        self._transport.call("POST", "/webhooks", body={"url": url, "events": list(events)})

    def delete_webhook(self, webhook_id: int) -> None:
        """Delete one webhook registration."""
        self._transport.call("DELETE", f"/webhooks/{webhook_id}")
