"""Read what the portal needs of a store's profile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.ecwid.values import Record

# What the columns of a store hold; longer names are cut, for they are only shown.
MAX_TEXT_LENGTH = 255
# What is kept of amounts.
MAX_DECIMALS = 4


@dataclass(frozen=True)
class StoreProfile:
    """Hold a store's facts; texts are empty and ``features`` None where Ecwid tells nothing."""

    name: str
    url: str
    currency: str
    timezone: str
    plan_name: str
    features: tuple[str, ...] | None
    is_paid: bool | None
    is_suspended: bool
    currency_precision: int | None = None


def read_profile(store_id: int, payload: dict[str, Any]) -> StoreProfile:
    """Return the facts in the answer of ``GET /profile``; raise RecordError if impossible.

    ``url`` is the canonical address of the storefront (generalInfo.storeUrl). The plan's name
    stands in accountBilling, which needs the extended profile scope. Missing parts are tolerated.
    """
    general = _part(payload, "generalInfo")
    account = _part(payload, "account")
    formats = _part(payload, "formatsAndUnits")
    features = account.payload.get("availableFeatures")
    paid = account.payload.get("paid")
    return StoreProfile(
        name=_truncated_text(_part(payload, "settings"), "storeName")
        or _truncated_text(account, "accountName")
        or f"Store {store_id}",
        url=general.text("storeUrl") or "",
        currency=_truncated_text(formats, "currency"),
        timezone=_truncated_text(formats, "timezone"),
        plan_name=_truncated_text(_part(payload, "accountBilling"), "pricingPlanName"),
        features=None if features is None else tuple(map(str, account.items("availableFeatures"))),
        is_paid=paid if isinstance(paid, bool) else None,
        is_suspended=account.boolean("suspended", default=False),
        currency_precision=_precision(formats),
    )


def _part(payload: dict[str, Any], name: str) -> Record:
    return Record("profile", payload.get(name) or {})


def _precision(formats: Record) -> int | None:
    value = formats.payload.get("currencyPrecision")
    return value if type(value) is int and 0 <= value <= MAX_DECIMALS else None


def _truncated_text(part: Record, name: str) -> str:
    return (part.text(name) or "")[:MAX_TEXT_LENGTH]
