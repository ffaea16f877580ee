"""Parser of a store's profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.ecwid.profile_details import profile_details
from portal.ecwid.values import Record
from portal.rules.orders.currency_format import CurrencyFormat

# Length of the store's text columns. Longer values are cut, because they are only displayed.
MAX_TEXT_LENGTH = 255
# Number of decimals in the columns of amounts.
MAX_DECIMALS = 4
MAX_ID_DIGITS = 18
# Longer prefixes and suffixes of amounts are cut; the longest known one is a currency's full name.
MAX_SYMBOL_LENGTH = 32
# Separators that Ecwid documents; any other text falls back to the first.
# Source: REST docs, "Get store profile", formatsAndUnits.
GROUP_SEPARATORS = (",", ".", " ", "")
DECIMAL_SEPARATORS = (".", ",")


@dataclass(frozen=True)
class StoreProfile:
    """Facts about a store. Missing texts are empty; ``features`` is None if Ecwid sends no list.

    ``is_closed`` means that the merchant has closed the storefront, for example for maintenance;
    the API still answers. Source: Ecwid REST API v3, "Store profile", ``settings.closed``.
    ``details`` are further facts for channels, see `profile_details`.
    """

    name: str
    url: str
    currency: str
    timezone: str
    plan_name: str
    features: tuple[str, ...] | None
    is_suspended: bool
    is_closed: bool = False
    currency_precision: int | None = None
    currency_format: CurrencyFormat | None = None
    store_id: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


def read_profile(store_id: int, payload: dict[str, Any]) -> StoreProfile:
    """Parse the response of ``GET /profile``; raise RecordError for an invalid field.

    ``url`` is the canonical address of the storefront (generalInfo.storeUrl). The plan's name is in
    accountBilling, which needs the extended profile scope. Missing sections are accepted.
    """
    general = _part(payload, "generalInfo")
    account = _part(payload, "account")
    formats = _part(payload, "formatsAndUnits")
    settings = _part(payload, "settings")
    features = account.payload.get("availableFeatures")
    return StoreProfile(
        name=_truncated_text(settings, "storeName")
        or _truncated_text(account, "accountName")
        or f"Store {store_id}",
        url=general.text("storeUrl") or "",
        currency=_truncated_text(formats, "currency"),
        timezone=_truncated_text(formats, "timezone"),
        plan_name=_truncated_text(_part(payload, "accountBilling"), "pricingPlanName"),
        features=None if features is None else tuple(map(str, account.items("availableFeatures"))),
        is_suspended=account.boolean("suspended", default=False),
        is_closed=settings.boolean("closed", default=False),
        currency_precision=_precision(formats),
        currency_format=_currency_format(formats),
        store_id=_store_id(general),
        details=profile_details(payload),
    )


def _part(payload: dict[str, Any], name: str) -> Record:
    return Record("profile", payload.get(name) or {})


def _store_id(general: Record) -> int | None:
    """Return the store's id, which may be a text; None unless it is a whole number."""
    text = str(general.payload.get("storeId"))
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MAX_ID_DIGITS else None


def _precision(formats: Record) -> int | None:
    value = formats.payload.get("currencyPrecision")
    return value if type(value) is int and 0 <= value <= MAX_DECIMALS else None


def _currency_format(formats: Record) -> CurrencyFormat | None:
    """Return the store's format of amounts; None if neither prefix nor suffix names a currency."""
    prefix, suffix = (_symbol(formats, name) for name in ("currencyPrefix", "currencySuffix"))
    if not (prefix.strip() or suffix.strip()):
        return None
    group = _separator(formats, "currencyGroupSeparator", GROUP_SEPARATORS)
    decimal = _separator(formats, "currencyDecimalSeparator", DECIMAL_SEPARATORS)
    return CurrencyFormat(
        prefix=prefix,
        suffix=suffix,
        # An amount with the same mark for both would be ambiguous.
        group_separator="" if group == decimal else group,
        decimal_separator=decimal,
        hides_zero_fraction=formats.payload.get("currencyTruncateZeroFractional") is True,
    )


def _symbol(formats: Record, name: str) -> str:
    is_text = isinstance(formats.payload.get(name), str)
    return (formats.text(name) or "")[:MAX_SYMBOL_LENGTH] if is_text else ""


def _separator(formats: Record, name: str, allowed: tuple[str, ...]) -> str:
    value = formats.payload.get(name)
    return value if isinstance(value, str) and value in allowed else allowed[0]


def _truncated_text(part: Record, name: str) -> str:
    return (part.text(name) or "")[:MAX_TEXT_LENGTH]
