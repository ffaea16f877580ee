"""Parser of a store's profile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.ecwid.values import Record

# Length of the store's text columns. Longer values are cut, because they are only displayed.
MAX_TEXT_LENGTH = 255
# Number of decimals in the columns of amounts.
MAX_DECIMALS = 4


@dataclass(frozen=True)
class StoreProfile:
    """Facts about a store. Missing texts are empty; ``features`` is None if Ecwid sends no list."""

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
    """Parse the response of ``GET /profile``; raise RecordError for an invalid field.

    ``url`` is the canonical address of the storefront (generalInfo.storeUrl). The plan's name is in
    accountBilling, which needs the extended profile scope. Missing sections are accepted.
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
