"""Custom apps of stores: tokens without OAuth, with keys and webhook settings of their own."""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Sequence
from typing import Any

from portal.sandbox.public_token import PUBLIC_PREFIX
from portal.sandbox.state import State
from portal.sandbox.stores import PUBLIC_SCOPE, Stores, new_secret_token
from portal.sandbox.validation import is_string, is_text_list

# Source (documented): REST docs, "Access scopes": the scopes of a new custom app.
DEFAULT_SCOPES = (
    "read_store_profile",
    "read_catalog",
    "update_catalog",
    "create_catalog",
    "read_orders",
    "update_orders",
    PUBLIC_SCOPE,
)


class CustomApps:
    """Creates, changes and deletes custom apps. The columns ``custom_app`` of other tables are 0
    for the registered app.
    """

    def __init__(self, state: State, stores: Stores) -> None:
        self._state = state
        self._stores = stores

    def create(
        self, store_id: int, scopes: Sequence[str] = DEFAULT_SCOPES, webhook_url: str = ""
    ) -> int:
        """Create a custom app in a store and return its id; raise ValueError if invalid."""
        # Source (documented): "App settings" of the app guide: a new custom app gets both tokens
        # and both app keys.
        _check(scopes, webhook_url)
        self._stores.get_existing(store_id)
        with self._state.transaction() as connection:
            app_id = connection.execute(
                "INSERT INTO custom_app (store, client_id, client_secret, webhook_url)"
                " VALUES (?,?,?,?)",
                (store_id, "", secrets.token_urlsafe(24), webhook_url),
            ).lastrowid
            assert app_id is not None  # noqa: S101 - for the type checker
            # Source (assumed): The client id of a custom app contains its store and its number.
            connection.execute(
                "UPDATE custom_app SET client_id = ? WHERE id = ?",
                (f"custom-app-{store_id}-{app_id}", app_id),
            )
            connection.execute(
                "INSERT INTO token (token, store, scopes, created, public_token, custom_app)"
                " VALUES (?,?,?,?,?,?)",
                (new_secret_token(), store_id, "", int(time.time()), None, app_id),
            )
            self._set_scopes(connection, app_id, scopes)
        return app_id

    def all(self, store_id: int) -> list[dict[str, Any]]:
        """Return the store's custom apps, oldest first, with their keys and tokens."""
        rows = self._state.rows(
            "SELECT custom_app.*, token, public_token, scopes FROM custom_app"
            " JOIN token ON token.custom_app = custom_app.id AND token.is_valid = 1"
            " WHERE custom_app.store = ? ORDER BY custom_app.id",
            store_id,
        )
        return [{**dict(row), "scopes": row["scopes"].split()} for row in rows]

    def get(self, store_id: int, app_id: int) -> dict[str, Any]:
        """Return one custom app; raise LookupError if the store doesn't have it."""
        found = next((app for app in self.all(store_id) if app["id"] == app_id), None)
        if found is None:
            raise LookupError(f"store {store_id} has no custom app {app_id}")
        return found

    def change(
        self, store_id: int, app_id: int, scopes: Sequence[str], webhook_url: str = ""
    ) -> None:
        """Set the scopes and the webhook URL, as Ecwid's support does on request."""
        # Source (assumed): New scopes of a custom app apply to its tokens at once.
        _check(scopes, webhook_url)
        self.get(store_id, app_id)
        with self._state.transaction() as connection:
            self._set_scopes(connection, app_id, scopes)
            connection.execute(
                "UPDATE custom_app SET webhook_url = ? WHERE id = ?", (webhook_url, app_id)
            )

    def delete(self, store_id: int, app_id: int) -> None:
        """Delete a custom app, with its tokens and webhook registrations."""
        # Source (assumed): Deleting a custom app revokes its tokens.
        self.get(store_id, app_id)
        with self._state.transaction() as connection:
            # The row stays: deliveries that are due need its key.
            connection.execute("UPDATE token SET is_valid = 0 WHERE custom_app = ?", (app_id,))
            connection.execute("DELETE FROM registration WHERE custom_app = ?", (app_id,))

    def _set_scopes(
        self, connection: sqlite3.Connection, app_id: int, scopes: Sequence[str]
    ) -> None:
        public = f"{PUBLIC_PREFIX}{secrets.token_urlsafe(27)}" if PUBLIC_SCOPE in scopes else None
        connection.execute(
            "UPDATE token SET scopes = ?, public_token ="
            " CASE WHEN ? THEN coalesce(public_token, ?) END WHERE custom_app = ? AND is_valid = 1",
            (" ".join(dict.fromkeys(scopes)), public is not None, public, app_id),
        )


def _check(scopes: Any, webhook_url: Any) -> None:
    if not is_text_list(list(scopes) if isinstance(scopes, tuple) else scopes):
        raise ValueError("scopes must be a list of names")
    if not is_string(webhook_url) or (webhook_url and not webhook_url.startswith("http")):
        raise ValueError("webhook_url must be a web address, or empty")
