"""Keep the stores and their installs: plan, profile and tokens."""

from __future__ import annotations

import json
import re
import secrets
import sqlite3
import time
from typing import Any

from portal.sandbox.checks import is_texts, store_fields
from portal.sandbox.dates import date_text
from portal.sandbox.events import EventLog
from portal.sandbox.kinds import KINDS
from portal.sandbox.plans import features_of, subscription_name
from portal.sandbox.state import State

FIRST_STORE_ID = 1003
STATS = (*(kind.stat for kind in KINDS.values()), "abandonedSalesUpdated")


class Stores:
    """Read and change stores; changes cause the profile and application events."""

    def __init__(self, state: State, events: EventLog) -> None:
        self._state = state
        self._events = events

    def all(self) -> list[sqlite3.Row]:
        """Return every store, oldest number first."""
        return self._state.rows("SELECT * FROM store ORDER BY id")

    def get(self, store_id: int) -> sqlite3.Row | None:
        """Return one store, or None."""
        return self._state.row("SELECT * FROM store WHERE id = ?", store_id)

    def existing(self, store_id: int) -> sqlite3.Row:
        """Return one store; raise LookupError if there is none of this number."""
        store = self.get(store_id)
        if store is None:
            raise LookupError(f"there is no store {store_id}")
        return store

    def create(self, name: str, plan: str, store_id: int | None = None) -> int:
        """Add an empty store; raise ValueError if the number is taken."""
        highest = self._state.number("SELECT max(id) FROM store")
        new_id = store_id or max(highest + 1, FIRST_STORE_ID)
        slug = "-".join(re.findall(r"[a-z0-9]+", name.lower())) or "store"
        now = int(time.time())
        with self._state.writing() as connection:
            if self.get(new_id) is not None:
                raise ValueError(f"there is a store {new_id} already")
            connection.execute(
                "INSERT INTO store (id, name, url, plan, currency, created, profile_updated)"
                " VALUES (?,?,?,?,?,?,?)",
                (new_id, name, f"https://{slug}.company.site", plan, "EUR", now, now),
            )
        return new_id

    def change(self, store_id: int, changes: dict[str, Any]) -> None:
        """Change columns of a store and tell the apps; raise ValueError for a wrong one."""
        before = self.existing(store_id)
        changes = store_fields(changes)
        with self._state.writing() as connection:
            for name, value in changes.items():
                stored = json.dumps(value) if name == "features" and value is not None else value
                connection.execute(
                    f"UPDATE store SET {name} = ?, profile_updated = ? WHERE id = ?",  # noqa: S608 - a known column
                    (stored, int(time.time()), store_id),
                )
            self._events.emit(store_id, "profile.updated", store_id)
            if "plan" in changes and changes["plan"] != before["plan"]:
                names = {
                    "oldSubscriptionName": subscription_name(before["plan"]),
                    "newSubscriptionName": subscription_name(changes["plan"]),
                }
                self._events.emit(store_id, "profile.subscriptionStatusChanged", store_id, names)

    def features(self, store: sqlite3.Row) -> list[str]:
        """Return what the store can do: its own list if one was set, else its plan's."""
        if store["features"] is not None:
            own: list[str] = json.loads(store["features"])
            return own
        return list(features_of(store["plan"]))

    def install(self, store_id: int, scopes: str, *, ends_former: bool) -> str:
        """Give the app a token for the store and return it; tell the app that it is installed."""
        token = f"secret_{secrets.token_urlsafe(27)}"
        with self._state.writing() as connection:
            if ends_former:
                connection.execute("UPDATE token SET is_alive = 0 WHERE store = ?", (store_id,))
            connection.execute(
                "INSERT INTO token (token, store, scopes, created) VALUES (?,?,?,?)",
                (token, store_id, scopes, int(time.time())),
            )
            self._events.emit(store_id, "application.installed", str(store_id))
        return token

    def uninstall(self, store_id: int) -> None:
        """Remove the app from the store: its tokens die, its registrations go."""
        scopes = set(self.granted_scopes(store_id))
        with self._state.writing() as connection:
            connection.execute("UPDATE token SET is_alive = 0 WHERE store = ?", (store_id,))
            self._events.emit(store_id, "application.uninstalled", str(store_id), scopes=scopes)
            connection.execute("DELETE FROM registration WHERE store = ?", (store_id,))

    def is_installed(self, store_id: int) -> bool:
        """Tell whether the app has a living token, be it for nothing."""
        living = "SELECT count(*) FROM token WHERE store = ? AND is_alive = 1"
        return self._state.number(living, store_id) > 0

    def granted_scopes(self, store_id: int) -> list[str]:
        """Return the scopes of the app's living token; empty when it isn't installed."""
        row = self._state.row(
            "SELECT scopes FROM token WHERE store = ? AND is_alive = 1 ORDER BY created DESC",
            store_id,
        )
        return row["scopes"].split() if row else []

    def set_scopes(self, store_id: int, scopes: list[str]) -> None:
        """Change what the living token may do: what no merchant can, for tests of lost scopes."""
        if not is_texts(scopes):
            raise ValueError("scopes are a list of names")
        with self._state.writing() as connection:
            connection.execute(
                "UPDATE token SET scopes = ? WHERE store = ? AND is_alive = 1",
                (" ".join(scopes), store_id),
            )

    def token(self, token: str, store_id: int) -> sqlite3.Row | None:
        """Return a living token of this store, or None."""
        return self._state.row(
            "SELECT * FROM token WHERE token = ? AND store = ? AND is_alive = 1", token, store_id
        )

    def profile(self, store: sqlite3.Row, *, extended: bool, by_plans: bool) -> dict[str, Any]:
        """Return the store's profile; ``extended`` adds billing, ``by_plans`` the upgrade hints."""
        owner = f"owner@store-{store['id']}.example"
        account: dict[str, Any] = {
            "accountName": store["name"],
            "accountNickName": store["name"],
            "accountEmail": owner,
            "whiteLabel": False,
            "suspended": bool(store["suspended"]),
            "availableFeatures": self.features(store),
            "paid": store["plan"] != "Free",
        }
        if by_plans:
            account["featuresByPlans"] = {"API": "Venture", "COMBINATIONS": "Business"}
        profile: dict[str, Any] = {
            "generalInfo": {
                "storeId": store["id"],
                "storeUrl": store["url"],
                "starterSite": {"ecwidSubdomain": f"store{store['id']}"},
            },
            "account": account,
            "settings": {"closed": False, "storeName": store["name"]},
            "company": {"companyName": store["name"], "email": owner, "countryCode": "DE"},
            "formatsAndUnits": {
                "currency": store["currency"],
                "currencyPrecision": 2,
                "weightUnit": "KILOGRAM",
                "timezone": "Europe/Berlin",
                "dimensionsUnit": "CM",
            },
            "languages": {"enabledLanguages": ["en", "de"], "defaultLanguage": "en"},
            "taxSettings": {"automaticTaxEnabled": False, "pricesIncludeTax": True, "taxes": []},
        }
        if extended:
            profile["accountBilling"] = {
                "channelid": "ecwid",
                "pricingPlanId": subscription_name(store["plan"]).lower(),
                "pricingPlanName": store["plan"],
                "pricingPlanPeriod": "annual",
                "inGracePeriod": False,
            }
        return profile

    def latest_stats(
        self, store: sqlite3.Row, *, products: bool, categories: bool
    ) -> dict[str, Any]:
        """Return when each resource last changed, and on request how many there are."""
        rows = self._state.rows("SELECT * FROM touched WHERE store = ?", store["id"])
        touched = {row["stat"]: row["at"] for row in rows}
        stats: dict[str, Any] = {
            name: date_text(touched.get(name, store["created"])) for name in STATS
        }
        stats["profileUpdated"] = date_text(store["profile_updated"])
        if products:
            stats["productCount"] = self._count("product", store)
        if categories:
            stats["categoryCount"] = self._count("category", store)
        return stats

    def _count(self, table: str, store: sqlite3.Row) -> int:
        where = "WHERE store = ?"
        return self._state.number(f"SELECT count(*) FROM {table} {where}", store["id"])  # noqa: S608 - one of two names
