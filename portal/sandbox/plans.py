"""Hold what each plan includes, in Ecwid's feature names."""

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
    """Return the features of a plan; a name nobody knows is a reseller's full plan."""
    return FEATURES.get(plan.lower(), BUSINESS)


def subscription_name(plan: str) -> str:
    """Return the plan's name as subscription events spell it, such as ECWID_BUSINESS."""
    return f"ECWID_{plan.upper()}" if plan in PLANS else plan
