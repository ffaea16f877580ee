"""Ask about the store itself: profile, change times, the app's own standing, webhooks."""

from __future__ import annotations

from collections.abc import Sequence

from portal.ecwid.calls import Calls, Entity, Page


class StoreCalls(Calls):
    """Call what is about the store as a whole."""

    def profile(self, *, extended: bool = False) -> Entity:
        """Return the store's profile; ``extended`` adds billing, if that scope was granted."""
        params = {"showExtendedInfo": "true"} if extended else None
        return self.entity("/profile", params)

    def latest_stats(self) -> Entity:
        """Return when each resource of the store last changed: the cheap change detector."""
        return self.entity("/latest-stats", {"productCountRequired": "true"})

    def application(self) -> Entity:
        """Return how the app stands in this store, such as its subscription's status."""
        return self.entity("/application")

    def application_token(self) -> Entity:
        """Return what Ecwid says of the token itself, such as its permissions.

        Whether every app may ask is documented nowhere: be ready for a refusal.
        """
        return self.entity("/application/token")

    def check_list_access(self, path: str) -> None:
        """Ask a list for one record, only to see whether the token may."""
        self._transport.get(path, {"limit": 1})

    def uninstall_app(self, namespace: str) -> None:
        """Remove the app, named by its client id, from the store: the token dies with it."""
        self._transport.call("DELETE", "/application", params={"namespace": namespace})

    def webhooks(self) -> Page:
        """Return the store's own webhook registrations, where the endpoint exists."""
        return self.page("/webhooks")

    def create_webhook(self, url: str, events: Sequence[str]) -> None:
        """Ask for ``events`` to be sent to ``url``."""
        self._transport.call("POST", "/webhooks", body={"url": url, "events": list(events)})

    def delete_webhook(self, webhook_id: int) -> None:
        """Remove one registration."""
        self._transport.call("DELETE", f"/webhooks/{webhook_id}")
