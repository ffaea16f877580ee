"""Endpoints of the store's profile and statistics, and of the app itself."""

from __future__ import annotations

from typing import Any

from portal.sandbox.access import api_error
from portal.sandbox.parts import Parts
from portal.sandbox.rest.endpoints import Endpoint, body, is_requested


def add_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    """Register the endpoints."""

    # Source (documented): REST docs, GET /profile.
    @endpoint("/profile", "read_store_profile")
    def profile(store: Any) -> Any:
        scopes = parts.access.token(store["id"])["scopes"].split()
        return parts.stores.profile(
            store,
            extended=is_requested("showExtendedInfo") and "read_store_profile_extended" in scopes,
            by_plans=is_requested("getFeaturesByPlans"),
        )

    # Source (documented): REST docs, "Update store profile".
    @endpoint("/profile", "update_store_profile", "PUT")
    def update_profile(store: Any) -> Any:
        parts.stores.change_profile(store["id"], body())
        return {"updateCount": 1}

    # Source (documented): REST docs, GET /latest-stats.
    # Source (client): ecwid-java-api-client, FetchedLatestStats: the names of the two counts.
    @endpoint("/latest-stats", "read_store_profile")
    def latest_stats(store: Any) -> Any:
        return parts.stores.latest_stats(
            store,
            products=is_requested("productCountRequired"),
            categories=is_requested("categoryCountRequired"),
        )

    # Source (documented): REST docs, GET /application.
    # Source (assumed): The app costs nothing, so its subscription is always active.
    @endpoint("/application", "read_store_profile")
    def application(_store: Any) -> Any:
        return {"subscriptionStatus": "ACTIVE"}

    # Source (documented): REST docs, DELETE /application.
    @endpoint("/application", "update_store_profile", "DELETE")
    def uninstall(store: Any) -> Any:
        app = parts.access.token(store["id"])["custom_app"]
        if app:
            parts.custom_apps.delete(store["id"], app)
        else:
            parts.stores.uninstall(store["id"])
        return {"deleteCount": 1}

    # Source (client): ecwid-java-api-client, ApplicationTokenResult.
    @endpoint("/application/token", "read_store_profile")
    def application_token(store: Any) -> Any:
        if not parts.switches.is_on("token_endpoint"):
            raise api_error(404, "NOT_FOUND", "Not found")
        token = parts.access.token(store["id"])
        return {"permissions": token["scopes"].split(), "created": token["created"]}
