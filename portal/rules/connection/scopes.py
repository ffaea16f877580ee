"""Scopes that the portal needs, and the check of which ones a grant lacks.

The consent request, the checks, the pages and the docs share this table. A store that lacks one of
them is stopped as a whole: see docs/decisions/closed-stores-and-lost-permissions.md. Source: Ecwid
REST API v3, "Access scopes" and the scope notes of each endpoint and event.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from portal.i18n import N_

EXTENDED_PROFILE = "read_store_profile_extended"


@dataclass(frozen=True)
class Scope:
    """One scope: its name at Ecwid, its purpose, and what is impossible without it.

    ``endpoints`` are the calls that it allows, each as a method and a path prefix; ``events`` are
    the webhook events that it allows.
    """

    name: str
    purpose: str
    impact: str
    endpoints: tuple[str, ...]
    events: tuple[str, ...] = ()


def _entity_events(*entities: str) -> tuple[str, ...]:
    return tuple(f"{e}.{what}" for e in entities for what in ("created", "updated", "deleted"))


REQUIRED_SCOPES: tuple[Scope, ...] = (
    Scope(
        "read_store_profile",
        N_("Read the store's name, address, plan and settings"),
        N_("Without it, we can't check the store or calculate order totals."),
        ("GET /profile", "GET /latest-stats", "GET /application", "POST /order/calculate"),
        (
            "profile.updated",
            "profile.subscriptionStatusChanged",
            "application.installed",
            "application.uninstalled",
            "application.subscriptionStatusChanged",
            "profile.personalDataRemovalRequest",
            "profile.personalDataExportRequest",
            "customer.personalDataRemovalRequest",
            "customer.personalDataExportRequest",
        ),
    ),
    Scope(
        "read_catalog",
        N_("Read products, variations and categories"),
        N_("Without it, no product reaches the marketplace, and we miss price and stock changes."),
        ("GET /products", "GET /categories", "GET /classes"),
        _entity_events("product", "category"),
    ),
    Scope(
        "read_orders",
        N_("Read orders and their status"),
        N_("Without it, we can't show or track orders, or detect duplicates."),
        ("GET /orders",),
        _entity_events("order"),
    ),
    Scope(
        "create_orders",
        N_("Send the marketplace's orders to the store"),
        N_("Without it, we can't send marketplace orders to the store."),
        ("POST /orders",),
    ),
    Scope(
        "update_orders",
        N_("Update payment, shipping and tracking of orders"),
        N_("Without it, status changes made on the marketplace don't reach the store."),
        ("PUT /orders", "DELETE /orders"),
    ),
    Scope(
        "read_customers",
        N_("Find an order's customer"),
        N_(
            "Without it, we can't recognize returning customers or check coupons limited to "
            "some customers."
        ),
        ("GET /customers",),
        _entity_events("customer"),
    ),
    Scope(
        "create_customers",
        N_("Add the customer of a new order"),
        N_("Without it, we can't link an order to a new customer."),
        ("POST /customers",),
    ),
    Scope(
        "read_discount_coupons",
        N_("Check the coupon codes of orders"),
        N_("Without it, we can't check coupon codes and must refuse orders that use one."),
        ("GET /discount_coupons", "GET /coupons"),
        _entity_events("discount_coupon"),
    ),
)

REQUIRED_NAMES: tuple[str, ...] = tuple(scope.name for scope in REQUIRED_SCOPES)
SCOPES: dict[str, Scope] = {scope.name: scope for scope in REQUIRED_SCOPES}


def missing_scopes(granted: Iterable[str]) -> tuple[Scope, ...]:
    """Return the required scopes that ``granted`` lacks, in the table's order.

    Scopes beyond the required ones are accepted.
    """
    have = set(granted)
    return tuple(scope for scope in REQUIRED_SCOPES if scope.name not in have)


def events_for(granted: Iterable[str]) -> tuple[str, ...]:
    """Return the webhook events to subscribe to: those that the granted scopes allow."""
    have = set(granted)
    return tuple(event for scope in REQUIRED_SCOPES if scope.name in have for event in scope.events)


def scope_of_call(method: str, path: str) -> Scope | None:
    """Return the scope that a call requires; ``path`` starts after the store's id.

    None for calls that aren't in the table: no required scope explains why Ecwid refused them.
    """
    for scope in REQUIRED_SCOPES:
        for endpoint in scope.endpoints:
            allowed, _, prefix = endpoint.partition(" ")
            if method == allowed and (path == prefix or path.startswith(f"{prefix}/")):
                return scope
    return None
