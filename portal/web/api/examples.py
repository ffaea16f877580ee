"""Hold the examples of the document; tests send each of them and get just this answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Example:
    """Hold one call, to a store with the mug of the tests, and its answer."""

    path: str
    answer: Any
    body: Any = None
    status: int = 200


EXAMPLES: dict[str, Example] = {
    "list_stores": Example(
        path="/stores",
        answer={
            "items": [
                {
                    "id": 1003,
                    "name": "Clay & Co",
                    "url": "https://clay.example",
                    "currency": "EUR",
                    "timezone": "",
                    "state": "connected",
                    "connected_at": "2026-03-01T12:00:06Z",
                }
            ]
        },
    ),
    "get_store": Example(
        path="/stores/1003",
        answer={
            "id": 1003,
            "name": "Clay & Co",
            "url": "https://clay.example",
            "currency": "EUR",
            "timezone": "",
            "state": "connected",
            "connected_at": "2026-03-01T12:00:06Z",
        },
    ),
    "get_health": Example(
        path="/stores/1003/health",
        answer={
            "store_id": 1003,
            "standing": "needs_attention",
            "sections": {
                "connection": {"standing": "complete", "detail": "Ecwid accepts our access."},
                "scopes": {
                    "standing": "complete",
                    "detail": "All required permissions are granted.",
                },
                "plan": {"standing": "needs_attention", "detail": "The plan is not known yet."},
                "sync": {
                    "standing": "needs_attention",
                    "detail": "Not everything has been copied in full.",
                },
                "webhooks": {
                    "standing": "needs_attention",
                    "detail": "No message has come from Ecwid yet.",
                },
                "issues": {"standing": "complete", "detail": "No issue is open."},
            },
            "missing_scopes": [],
            "missing_features": [],
            "resources": [
                {
                    "resource": "products",
                    "freshness": "first_copy",
                    "records": 1,
                    "unreadable": 0,
                    "minutes_behind": None,
                    "last_success_at": None,
                    "is_paused": False,
                },
                {
                    "resource": "orders",
                    "freshness": "never",
                    "records": 1,
                    "unreadable": 0,
                    "minutes_behind": None,
                    "last_success_at": None,
                    "is_paused": False,
                },
                {
                    "resource": "customers",
                    "freshness": "never",
                    "records": 1,
                    "unreadable": 0,
                    "minutes_behind": None,
                    "last_success_at": None,
                    "is_paused": False,
                },
                {
                    "resource": "discount_coupons",
                    "freshness": "never",
                    "records": 1,
                    "unreadable": 0,
                    "minutes_behind": None,
                    "last_success_at": None,
                    "is_paused": False,
                },
                {
                    "resource": "categories",
                    "freshness": "never",
                    "records": 1,
                    "unreadable": 0,
                    "minutes_behind": None,
                    "last_success_at": None,
                    "is_paused": False,
                },
            ],
            "events_waiting": 1,
            "last_event_at": None,
            "issues": [],
        },
    ),
    "list_products": Example(
        path="/stores/1003/products?limit=1&updated_since=2026-03-01T00:00:00Z",
        answer={
            "items": [
                {
                    "id": 5,
                    "updated_at": "2026-03-01T12:00:00Z",
                    "name": "Stoneware mug",
                    "sku": "MUG-1",
                    "price": "24.90",
                    "compare_to_price": None,
                    "quantity": 7,
                    "is_in_stock": True,
                    "is_enabled": True,
                    "url": "https://clay.example/mug",
                    "thumbnail_url": None,
                    "category_ids": [7],
                    "created_at": "2025-01-01T00:00:00Z",
                    "synced_at": "2026-03-01T12:00:05Z",
                }
            ],
            "next": None,
        },
    ),
    "get_product": Example(
        path="/stores/1003/products/5",
        answer={
            "id": 5,
            "updated_at": "2026-03-01T12:00:00Z",
            "name": "Stoneware mug",
            "sku": "MUG-1",
            "price": "24.90",
            "compare_to_price": None,
            "quantity": 7,
            "is_in_stock": True,
            "is_enabled": True,
            "url": "https://clay.example/mug",
            "thumbnail_url": None,
            "category_ids": [7],
            "created_at": "2025-01-01T00:00:00Z",
            "synced_at": "2026-03-01T12:00:05Z",
        },
    ),
    "list_variations": Example(
        path="/stores/1003/variations?product_id=5",
        answer={
            "items": [
                {
                    "id": 51,
                    "updated_at": "2026-03-01T12:00:00Z",
                    "product_id": 5,
                    "number": 1,
                    "sku": "MUG-1-L",
                    "options": [{"name": "Size", "value": "L"}],
                    "price": "27.00",
                    "quantity": 3,
                    "is_in_stock": True,
                    "synced_at": "2026-03-01T12:00:05Z",
                }
            ],
            "next": None,
        },
    ),
    "list_categories": Example(
        path="/stores/1003/categories?fields=id,name,parent_id",
        answer={"items": [{"id": 7, "name": "Mugs", "parent_id": 3}], "next": None},
    ),
    "get_category": Example(
        path="/stores/1003/categories/7",
        answer={
            "id": 7,
            "updated_at": "2026-03-01T12:00:05Z",
            "parent_id": 3,
            "name": "Mugs",
            "is_enabled": True,
            "product_count": 12,
            "position": None,
            "url": None,
            "synced_at": "2026-03-01T12:00:05Z",
        },
    ),
    "list_coupons": Example(
        path="/stores/1003/coupons?code=WELCOME-10",
        answer={
            "items": [
                {
                    "id": 33,
                    "updated_at": "2026-03-01T12:00:00Z",
                    "code": "WELCOME-10",
                    "name": "Welcome",
                    "type": "PERCENT",
                    "status": "ACTIVE",
                    "discount": "10.00",
                    "minimum_subtotal": "25.00",
                    "launches_at": "2026-01-01T00:00:00Z",
                    "expires_at": "2026-03-01T12:00:06Z",
                    "uses_limit": "ONCEPERCUSTOMER",
                    "application_limit": "UNLIMITED",
                    "order_count": 4,
                    "catalogue_limit": {"products": [5], "categories": [7]},
                    "created_at": "2025-12-01T00:00:00Z",
                    "synced_at": "2026-03-01T12:00:05Z",
                }
            ],
            "next": None,
        },
    ),
    "list_orders": Example(
        path="/stores/1003/orders?number=EBJFT&fields=id,number,total,items",
        answer={
            "items": [
                {
                    "id": 90,
                    "number": "EBJFT",
                    "total": "49.72",
                    "items": [
                        {
                            "id": 901,
                            "product_id": 5,
                            "variation_id": 51,
                            "sku": "MUG-1-L",
                            "name": "Stoneware mug",
                            "quantity": 2,
                            "price": "24.90",
                            "coupon_amount": "4.98",
                        }
                    ],
                }
            ],
            "next": None,
        },
    ),
    "get_order": Example(
        path="/stores/1003/orders/90",
        answer={
            "id": 90,
            "updated_at": "2026-03-01T12:00:00Z",
            "number": "EBJFT",
            "payment_status": "PAID",
            "fulfilment_status": "SHIPPED",
            "total": "49.72",
            "subtotal": "49.80",
            "tax": "7.94",
            "shipping_cost": "4.90",
            "coupon_discount": "4.98",
            "discount": "0.00",
            "refunded": "0.00",
            "email": "ada@shopper.example",
            "customer_id": 12,
            "buyer_name": "Ada Adler",
            "coupon_code": "WELCOME-10",
            "external_id": "ours-1",
            "referer_id": "77",
            "tracking_number": "RX1",
            "item_count": 1,
            "created_at": "2026-02-28T10:00:00Z",
            "synced_at": "2026-03-01T12:00:05Z",
            "items": [
                {
                    "id": 901,
                    "product_id": 5,
                    "variation_id": 51,
                    "sku": "MUG-1-L",
                    "name": "Stoneware mug",
                    "quantity": 2,
                    "price": "24.90",
                    "coupon_amount": "4.98",
                }
            ],
        },
    ),
    "list_customers": Example(
        path="/stores/1003/customers?email=ada@shopper.example&fields=id,name,order_count",
        answer={"items": [{"id": 12, "name": "Ada Adler", "order_count": 3}], "next": None},
    ),
    "get_customer": Example(
        path="/stores/1003/customers/12",
        answer={
            "id": 12,
            "updated_at": "2026-03-01T12:00:00Z",
            "email": "ada@shopper.example",
            "name": "Ada Adler",
            "phone": "+49 30 5551",
            "country_code": "DE",
            "group_id": 0,
            "group_name": "General",
            "order_count": 3,
            "sales_value": "149.72",
            "accepts_marketing": True,
            "created_at": "2024-01-05T08:00:00Z",
            "synced_at": "2026-03-01T12:00:05Z",
        },
    ),
    "list_events": Example(
        path="/stores/1003/events?state=pending",
        answer={
            "items": [
                {
                    "event_id": "6f1c2a34-5b6d-4e7f-8a90-b1c2d3e4f506",
                    "type": "product.updated",
                    "entity_id": "5",
                    "state": "pending",
                    "attempts": 0,
                    "created_at": "2026-03-01T12:00:00Z",
                    "received_at": "2026-03-01T12:00:00Z",
                    "processed_at": None,
                    "error": None,
                }
            ],
            "next": None,
        },
    ),
    "get_event": Example(
        path="/stores/1003/events/6f1c2a34-5b6d-4e7f-8a90-b1c2d3e4f506",
        answer={
            "event_id": "6f1c2a34-5b6d-4e7f-8a90-b1c2d3e4f506",
            "type": "product.updated",
            "entity_id": "5",
            "state": "pending",
            "attempts": 0,
            "created_at": "2026-03-01T12:00:00Z",
            "received_at": "2026-03-01T12:00:00Z",
            "processed_at": None,
            "error": None,
        },
    ),
    "start_run": Example(
        path="/stores/1003/runs",
        status=202,
        body={"resource": "orders", "kind": "incremental"},
        answer={
            "id": 2,
            "resource": "orders",
            "kind": "incremental",
            "state": "queued",
            "total": None,
            "seen": 0,
            "saved": 0,
            "unchanged": 0,
            "deleted": 0,
            "quarantined": 0,
            "requests": 0,
            "error": None,
            "created_at": "2026-03-01T12:00:06Z",
            "started_at": None,
            "finished_at": None,
            "differences": None,
        },
    ),
    "list_runs": Example(
        path="/stores/1003/runs?resource=products",
        answer={
            "items": [
                {
                    "id": 1,
                    "resource": "products",
                    "kind": "incremental",
                    "state": "queued",
                    "total": None,
                    "seen": 0,
                    "saved": 0,
                    "unchanged": 0,
                    "deleted": 0,
                    "quarantined": 0,
                    "requests": 0,
                    "error": None,
                    "created_at": "2026-03-01T12:00:06Z",
                    "started_at": None,
                    "finished_at": None,
                    "differences": None,
                }
            ],
            "next": None,
        },
    ),
    "get_run": Example(
        path="/stores/1003/runs/1",
        answer={
            "id": 1,
            "resource": "products",
            "kind": "incremental",
            "state": "queued",
            "total": None,
            "seen": 0,
            "saved": 0,
            "unchanged": 0,
            "deleted": 0,
            "quarantined": 0,
            "requests": 0,
            "error": None,
            "created_at": "2026-03-01T12:00:06Z",
            "started_at": None,
            "finished_at": None,
            "differences": None,
        },
    ),
    "cancel_run": Example(
        path="/stores/1003/runs/1/cancel",
        answer={
            "id": 1,
            "resource": "products",
            "kind": "incremental",
            "state": "cancelled",
            "total": None,
            "seen": 0,
            "saved": 0,
            "unchanged": 0,
            "deleted": 0,
            "quarantined": 0,
            "requests": 0,
            "error": None,
            "created_at": "2026-03-01T12:00:06Z",
            "started_at": None,
            "finished_at": "2026-03-01T12:00:06Z",
            "differences": None,
        },
    ),
    "steer_resource": Example(
        path="/stores/1003/resources/orders/pause",
        answer={
            "resource": "orders",
            "freshness": "paused",
            "records": 1,
            "unreadable": 0,
            "minutes_behind": None,
            "last_success_at": None,
            "is_paused": True,
        },
    ),
}
