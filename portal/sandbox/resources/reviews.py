"""Reviews of products. Every change emits its webhook event."""

from __future__ import annotations

import time
from typing import Any

from portal.sandbox.dates import format_date
from portal.sandbox.events import EventPublisher
from portal.sandbox.resource_specs import Body, ResourceSpec
from portal.sandbox.resources.entities import Entities
from portal.sandbox.state import State
from portal.sandbox.validation import NotFoundError, unexpected_value

FAMILY = "review"
# Only for the deletion history: reviews are stored as entities.
REVIEW = ResourceSpec(FAMILY, "entity", "reviewsUpdated", {})
STATUSES = ("moderated", "published")


class Reviews:
    """Reads and changes reviews."""

    def __init__(self, state: State, entities: Entities, events: EventPublisher) -> None:
        self._state = state
        self._entities = entities
        self._events = events

    def all(self, store_id: int) -> list[Body]:
        """Return all reviews of a store, oldest first."""
        return self._entities.all(store_id, FAMILY)

    def get(self, store_id: int, review_id: int) -> Body:
        """Return a review; raise NotFoundError if it doesn't exist."""
        found = self._entities.get(store_id, FAMILY, review_id)
        if found is None:
            # Source (documented): REST docs, "Errors", PRODUCT_REVIEW_NOT_FOUND.
            raise NotFoundError("PRODUCT_REVIEW_NOT_FOUND", f"Review #{review_id} not found")
        return found

    def write(self, store_id: int, order: Body, item: Body, rating: int, text: str) -> Body:
        """Add a shopper's review of an ordered product and return it."""
        # Source (documented): REST docs, "Search product reviews": a new review is moderated.
        # Source (client): ecwid-java-api-client, FetchedProductReview: orderId is a number, and
        # orderNumber the public one.
        now = int(time.time())
        person = order.get("billingPerson") or {}
        review = {
            "status": "moderated",
            "customerId": order.get("customerId"),
            "productId": item["productId"],
            "productName": item["name"],
            "orderId": order["internalId"],
            "orderNumber": order["id"],
            "rating": rating,
            "review": text,
            "reviewerInfo": {
                "name": person.get("name", ""),
                "email": order["email"],
                "city": person.get("city", ""),
                "country": person.get("countryName", ""),
                "orders": 1,
                "ordersCount": 1,
            },
            "createDate": format_date(now),
            "createTimestamp": now,
            **_update_time(now),
        }
        with self._state.transaction():
            created = self._entities.add(store_id, FAMILY, review)
            self._emit(store_id, "created", created)
        return created

    def set_status(self, store_id: int, review: Body, status: Any) -> None:
        """Change a review's status; raise WrongParameterError for an unknown status."""
        # Source (client): ecwid-java-api-client, ProductReviewStatus: in capitals, too.
        name = status.lower() if isinstance(status, str) else status
        if name not in STATUSES:
            raise unexpected_value("status", STATUSES)
        with self._state.transaction():
            changed = {**review, "status": name, **_update_time(int(time.time()))}
            self._entities.save(store_id, FAMILY, changed)
            self._emit(store_id, "updated", changed)

    def delete(self, store_id: int, review: Body) -> None:
        """Delete a review and add it to the deletion history."""
        with self._state.transaction() as connection:
            self._entities.delete(store_id, FAMILY, review["id"])
            connection.execute(
                "INSERT INTO deleted VALUES (?,?,?,?,NULL)",
                (store_id, FAMILY, review["id"], int(time.time())),
            )
            self._emit(store_id, "deleted", review)

    def _emit(self, store_id: int, change: str, review: Body) -> None:
        # Source (documented): REST docs, "Event data in webhooks": productId, orderId and status.
        data = {name: review[name] for name in ("productId", "orderId", "status")}
        self._events.emit(store_id, f"review.{change}", review["id"], data)


def _update_time(now: int) -> Body:
    return {"updateDate": format_date(now), "updateTimestamp": now}
