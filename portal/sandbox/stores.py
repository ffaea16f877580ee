"""Stores and the app's installations: plan, profile and tokens."""

from __future__ import annotations

import json
import re
import secrets
import sqlite3
import time
from typing import Any

from portal.sandbox.dates import format_date
from portal.sandbox.events import EventPublisher
from portal.sandbox.plans import features_of, subscription_name
from portal.sandbox.public_token import PUBLIC_PREFIX
from portal.sandbox.resource_specs import RESOURCES
from portal.sandbox.settings_validation import settings_fields
from portal.sandbox.state import State
from portal.sandbox.store_profile import profile_changes, settings_json
from portal.sandbox.store_settings import complete_settings, merge_settings
from portal.sandbox.validation import is_text_list, store_fields

FIRST_STORE_ID = 1003
PUBLIC_SCOPE = "public_storefront"
STATS = (*(spec.stat for spec in RESOURCES.values()), "abandonedSalesUpdated")

# Source (documented): REST docs, "Get store profile": featureToggles lists new storefront features.
# Source (assumed): Every store has the feature toggles NEW_PRODUCT_LIST and NEW_DETAILS_PAGE, both
# of them visible and enabled.
FEATURE_TOGGLES = ("NEW_PRODUCT_LIST", "NEW_DETAILS_PAGE")
# Tokens of the registered app, not those of the store's custom apps.
OF_APP = "store = ? AND is_valid = 1 AND custom_app = 0"
REVOKE = f"UPDATE token SET is_valid = 0 WHERE {OF_APP}"  # noqa: S608 - constant


def new_secret_token() -> str:
    """Return a random access token."""
    return f"secret_{secrets.token_urlsafe(27)}"


class Stores:
    """Reads and changes stores. Changes emit the profile and application events."""

    def __init__(self, state: State, events: EventPublisher) -> None:
        self._state = state
        self._events = events

    def all(self) -> list[sqlite3.Row]:
        """Return all stores, lowest id first."""
        return self._state.rows("SELECT * FROM store ORDER BY id")

    def get(self, store_id: int) -> sqlite3.Row | None:
        return self._state.row("SELECT * FROM store WHERE id = ?", store_id)

    def get_existing(self, store_id: int) -> sqlite3.Row:
        """Return a store; raise LookupError if it doesn't exist."""
        store = self.get(store_id)
        if store is None:
            raise LookupError(f"there is no store {store_id}")
        return store

    def create(self, name: str, plan: str, store_id: int | None = None) -> int:
        """Add an empty store; raise ValueError if the id is taken."""
        highest = self._state.number("SELECT max(id) FROM store")
        new_id = store_id or max(highest + 1, FIRST_STORE_ID)
        slug = "-".join(re.findall(r"[a-z0-9]+", name.lower())) or "store"
        now = int(time.time())
        with self._state.transaction() as connection:
            if self.get(new_id) is not None:
                raise ValueError(f"there is a store {new_id} already")
            connection.execute(
                "INSERT INTO store (id, name, url, plan, currency, created, profile_updated)"
                " VALUES (?,?,?,?,?,?,?)",
                (new_id, name, f"https://{slug}.company.site", plan, "EUR", now, now),
            )
        return new_id

    def change(self, store_id: int, changes: dict[str, Any]) -> None:
        """Change a store and emit its events; raise ValueError for an invalid value."""
        before = self.get_existing(store_id)
        changes = store_fields(changes)
        if "settings" in changes:
            given = settings_fields(changes["settings"])
            merged = merge_settings(json.loads(before["settings"]), given)
            changes = changes | {"settings": json.dumps(merged)}
        with self._state.transaction() as connection:
            for name, value in changes.items():
                stored = json.dumps(value) if name == "features" and value is not None else value
                connection.execute(
                    f"UPDATE store SET {name} = ?, profile_updated = ? WHERE id = ?",  # noqa: S608 - a validated column
                    (stored, int(time.time()), store_id),
                )
            self._events.emit(store_id, "profile.updated", store_id)
            if "plan" in changes and changes["plan"] != before["plan"]:
                names = {
                    "oldSubscriptionName": subscription_name(before["plan"]),
                    "newSubscriptionName": subscription_name(changes["plan"]),
                }
                self._events.emit(store_id, "profile.subscriptionStatusChanged", store_id, names)

    def change_profile(self, store_id: int, given: Any) -> None:
        """Change a store as ``PUT /profile`` does; raise WrongParameterError if invalid."""
        self.change(store_id, profile_changes(given))

    def settings(self, store: sqlite3.Row) -> dict[str, Any]:
        """Return the settings of a store that prices depend on."""
        return complete_settings(store["settings"], store["currency"])

    def features(self, store: sqlite3.Row) -> list[str]:
        """Return the features that were set for the store, else those of its plan."""
        if store["features"] is not None:
            own: list[str] = json.loads(store["features"])
            return own
        return list(features_of(store["plan"]))

    def install(self, store_id: int, scopes: str, *, revoke_previous: bool) -> str:
        """Install the app in a store and return its token.

        ``revoke_previous`` invalidates the tokens of earlier installations.
        """
        # Source (documented): "App settings" of the app guide: the two kinds of tokens.
        token = new_secret_token()
        is_public = PUBLIC_SCOPE in scopes.split()
        public_token = f"{PUBLIC_PREFIX}{secrets.token_urlsafe(27)}" if is_public else None
        with self._state.transaction() as connection:
            if revoke_previous:
                connection.execute(REVOKE, (store_id,))
            connection.execute(
                "INSERT INTO token (token, store, scopes, created, public_token)"
                " VALUES (?,?,?,?,?)",
                (token, store_id, scopes, int(time.time()), public_token),
            )
            self._events.emit(store_id, "application.installed", str(store_id))
        return token

    def uninstall(self, store_id: int) -> None:
        """Remove the app from a store, with its tokens and webhook registrations."""
        scopes = set(self.granted_scopes(store_id))
        with self._state.transaction() as connection:
            connection.execute(REVOKE, (store_id,))
            self._events.emit(store_id, "application.uninstalled", str(store_id), scopes=scopes)
            connection.execute(
                "DELETE FROM registration WHERE store = ? AND custom_app = 0", (store_id,)
            )

    def is_installed(self, store_id: int) -> bool:
        """Return whether the app has a valid token, even one without scopes."""
        query = f"SELECT count(*) FROM token WHERE {OF_APP}"  # noqa: S608 - constant
        return self._state.number(query, store_id) > 0

    def granted_scopes(self, store_id: int) -> list[str]:
        """Return the scopes of the app's valid token; empty if the app isn't installed."""
        row = self._state.row(
            f"SELECT scopes FROM token WHERE {OF_APP} ORDER BY created DESC",  # noqa: S608 - constant
            store_id,
        )
        return row["scopes"].split() if row else []

    def set_scopes(self, store_id: int, scopes: list[str]) -> None:
        """Replace the scopes of the valid token, to test lost scopes; no merchant can do so."""
        if not is_text_list(scopes):
            raise ValueError("scopes must be a list of names")
        with self._state.transaction() as connection:
            connection.execute(
                f"UPDATE token SET scopes = ? WHERE {OF_APP}",  # noqa: S608 - constant
                (" ".join(scopes), store_id),
            )

    def token(self, token: str, store_id: int) -> sqlite3.Row | None:
        """Return a valid token of the store, or None; ``token`` may be its public token."""
        column = "public_token" if token.startswith(PUBLIC_PREFIX) else "token"
        query = f"SELECT * FROM token WHERE {column} = ? AND store = ? AND is_valid = 1"  # noqa: S608 - constant names
        return self._state.row(query, token, store_id)

    def profile(self, store: sqlite3.Row, *, extended: bool, by_plans: bool) -> dict[str, Any]:
        """Return the profile as Ecwid sends it.

        ``extended`` adds the billing data, ``by_plans`` the plans that offer further features.
        """
        # Source (documented): REST docs, "Get store profile", account: whiteLabel and brandName.
        # Source (assumed): An account without whiteLabel has Ecwid's name as its brand.
        brand = self.settings(store)["brandName"]
        owner = f"owner@store-{store['id']}.example"
        company = {"companyName": store["name"], "email": owner}
        account: dict[str, Any] = {
            "accountName": store["name"],
            "accountNickName": store["name"],
            "accountEmail": owner,
            "whiteLabel": bool(brand),
            "brandName": brand or "Ecwid",
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
                "starterSite": {
                    "ecwidSubdomain": f"store{store['id']}",
                    "storeLogoUrl": f"{store['url'].rstrip('/')}/logo.png",
                },
            },
            "account": account,
            **settings_json(self.settings(store), store["name"], company),
            "featureToggles": [
                {"name": name, "visible": True, "enabled": True} for name in FEATURE_TOGGLES
            ],
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
        """Return the last change of each resource, and on request the counts."""
        rows = self._state.rows("SELECT * FROM last_change WHERE store = ?", store["id"])
        changes = {row["stat"]: row["at"] for row in rows}
        stats: dict[str, Any] = {
            name: format_date(changes.get(name, store["created"])) for name in STATS
        }
        stats["profileUpdated"] = format_date(store["profile_updated"])
        if products:
            stats["productCount"] = self._count("product", store)
        if categories:
            stats["categoryCount"] = self._count("category", store)
        return stats

    def _count(self, table: str, store: sqlite3.Row) -> int:
        where = "WHERE store = ?"
        return self._state.number(f"SELECT count(*) FROM {table} {where}", store["id"])  # noqa: S608 - constant name
