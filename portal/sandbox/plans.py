"""Plans and their features, under the names that Ecwid uses."""

from __future__ import annotations

FREE = ("PRODUCT_FILTERS", "SEO_FIELDS")
VENTURE = (
    *FREE,
    "API",
    "PREMIUM",
    "DISCOUNT_COUPONS",
    "DISCOUNTS",
    "INVENTORY_TRACKING",
    "COMPARE_TO_PRICE",
    "CUSTOM_DOMAIN",
    "STORE_STATS",
    "CSV_EXPORT",
)
BUSINESS = (
    *VENTURE,
    "COMBINATIONS",
    "CUSTOMER_GROUPS",
    "BULK_PRICES",
    "MULTIADMIN",
    "ORDER_EDITOR",
)

FEATURES = {
    "free": FREE,
    "venture": VENTURE,
    "business": BUSINESS,
    "unlimited": (*BUSINESS, "AUTO_ABANDONED_SALES_RECOVERY", "AFFILIATE"),
}
PLANS = ("Free", "Venture", "Business", "Unlimited")


def features_of(plan: str) -> tuple[str, ...]:
    """Return the features of a plan; an unknown name counts as a reseller's plan like Business."""
    return FEATURES.get(plan.lower(), BUSINESS)


def subscription_name(plan: str) -> str:
    """Return the plan's name as subscription events spell it, for example ECWID_BUSINESS."""
    return f"ECWID_{plan.upper()}" if plan in PLANS else plan
