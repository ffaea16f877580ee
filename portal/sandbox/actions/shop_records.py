"""Actions on reviews, subscriptions and tax invoices."""

from __future__ import annotations

from portal.sandbox.actions.random_record import RANDOM, random_record
from portal.sandbox.parts import Parts
from portal.sandbox.resources.invoices import FAMILY as INVOICE

REVIEWS = {
    5: "Even nicer than in the pictures.",
    4: "Good quality, careful wrapping.",
    2: "The color differs from the picture.",
}


def write_review(parts: Parts, store_id: int) -> str:
    """Write a review of a product that was ordered."""
    order = random_record(
        parts,
        store_id,
        "purchase",
        "payment <> 'INCOMPLETE' AND json_extract(body, '$.items[0].productId')",
    )
    rating, text = RANDOM.choice(list(REVIEWS.items()))
    item = order["items"][0]
    parts.reviews.write(store_id, order, item, rating, text)
    return f"“{item['name']}” got a review with {rating} stars, which awaits moderation."


def subscribe(parts: Parts, store_id: int) -> str:
    """Start a monthly subscription that begins with an existing order."""
    order = random_record(parts, store_id, "purchase", "payment <> 'INCOMPLETE'")
    subscription = parts.subscriptions.start(store_id, order)
    number = subscription["subscriptionId"]
    return f"The subscription {number} repeats order {order['id']} every month."


def create_invoice(parts: Parts, store_id: int) -> str:
    """Create a tax invoice for an order."""
    order = random_record(parts, store_id, "purchase", "payment <> 'INCOMPLETE'")
    invoice = parts.invoices.create(store_id, order)
    return f"The tax invoice {invoice['number']} of order {order['id']} was created."


def delete_invoice(parts: Parts, store_id: int) -> str:
    """Delete the newest tax invoice."""
    invoices = parts.entities.all(store_id, INVOICE)
    if not invoices:
        raise LookupError("the store has no tax invoice for this action")
    invoice = invoices[-1]
    parts.invoices.delete(store_id, invoice)
    return f"The tax invoice {invoice['number']} of order {invoice['order_number']} was deleted."
