"""Customer groups. Every store also has the group General, with all customers of no other group."""

from __future__ import annotations

import json
from typing import Any

from portal.sandbox.events import EventPublisher
from portal.sandbox.records import Records
from portal.sandbox.resource_specs import CUSTOMER, CUSTOMER_GROUP, Body
from portal.sandbox.state import State
from portal.sandbox.stores import Stores
from portal.sandbox.validation import (
    FeatureUnavailableError,
    NotFoundError,
    WrongParameterError,
    check_types,
    is_text,
    require_object,
)

GENERAL: Body = {"id": 0, "name": "General"}


class CustomerGroups:
    """Reads and changes customer groups. Every change emits its webhook event."""

    def __init__(
        self, state: State, records: Records, events: EventPublisher, stores: Stores
    ) -> None:
        self._state = state
        self._records = records
        self._events = events
        self._stores = stores

    def all(self, store_id: int) -> list[Body]:
        """Return General and the store's own groups, oldest first."""
        # Source (documented): REST docs, "Search customer groups": the sample lists General first.
        self._check_feature(store_id)
        return [GENERAL, *self._records.all(CUSTOMER_GROUP, store_id)]

    def get(self, store_id: int, group_id: int) -> Body:
        """Return a group; raise NotFoundError if it doesn't exist."""
        self._check_feature(store_id)
        if group_id == GENERAL["id"]:
            return GENERAL
        found = self._records.get(CUSTOMER_GROUP, store_id, group_id)
        if found is None:
            # Source (client): ecwid-java-api-client, CustomerGroupsTest: the message.
            raise NotFoundError("", f"Customer group #{group_id} not found")
        return found

    def create(self, store_id: int, given: Any) -> int:
        """Add a group and return its id; raise WrongParameterError for an invalid field."""
        self._check_feature(store_id)
        fields = _group_fields(given)
        if "name" not in fields:
            raise WrongParameterError("Field CustomerGroup.name is absent")
        with self._state.transaction():
            group_id = self._records.allocate_ids(store_id)
            self._save(store_id, "created", {**fields, "id": group_id})
        return group_id

    def update(self, store_id: int, group_id: int, given: Any) -> None:
        """Change a group; raise NotFoundError, or WrongParameterError for General."""
        fields = _group_fields(given)
        _check_editable(group_id)
        with self._state.transaction():
            changed = {**self.get(store_id, group_id), **fields, "id": group_id}
            self._save(store_id, "updated", changed)
            self._update_customers(store_id, group_id, changed)

    def delete(self, store_id: int, group_id: int) -> None:
        """Delete a group; its customers move to General."""
        # Source (documented): REST docs, "Delete customer group": its customers move to General.
        _check_editable(group_id)
        with self._state.transaction():
            self.get(store_id, group_id)
            self._records.remove(CUSTOMER_GROUP, store_id, group_id)
            self._update_customers(store_id, group_id, GENERAL)
            self._events.emit(store_id, "customer_group.deleted", group_id)

    def _save(self, store_id: int, change: str, group: Body) -> None:
        self._records.put(CUSTOMER_GROUP, store_id, [group])
        self._events.emit(store_id, f"customer_group.{change}", group["id"])

    def _update_customers(self, store_id: int, group_id: int, group: Body) -> None:
        """Write a group's id and name into its customers."""
        rows = self._state.rows(
            "SELECT body FROM customer WHERE store = ?"
            " AND json_extract(body, '$.customerGroupId') = ?",
            store_id,
            group_id,
        )
        named = {"customerGroupId": group["id"], "customerGroupName": group["name"]}
        self._records.put(CUSTOMER, store_id, [json.loads(row["body"]) | named for row in rows])

    def _check_feature(self, store_id: int) -> None:
        # Source (documented): error codes page, CUSTOMER_GROUPS_FEATURE_NOT_AVAILABLE.
        features = self._stores.features(self._stores.get_existing(store_id))
        if "CUSTOMER_GROUPS" not in features:
            raise FeatureUnavailableError(
                403, "CUSTOMER_GROUPS_FEATURE_NOT_AVAILABLE", "Groups need a higher plan"
            )


def _check_editable(group_id: int) -> None:
    if group_id == GENERAL["id"]:
        raise WrongParameterError("The customer group General can't be changed")


def _group_fields(given: Any) -> Body:
    fields = require_object(given)
    check_types("CustomerGroup", fields, {"name": is_text, "externalReferenceId": is_text})
    return {name: fields[name] for name in ("name", "externalReferenceId") if name in fields}
