"""Filters and sort orders of customers, as documented for ``GET /customers``."""

from __future__ import annotations

from collections.abc import Mapping

from portal.sandbox import filters
from portal.sandbox.filters import Filter, Search

_COLUMNS = {
    "NAME": "name",
    "EMAIL": "email",
    "ORDER_COUNT": "orders",
    "REGISTERED_DATE": "registered",
    "UPDATED_DATE": "updated",
    "SALES_VALUE": "sales",
    "FIRST_ORDER_DATE": "json_extract(body, '$.stats.firstOrderDate')",
    "LAST_ORDER_DATE": "json_extract(body, '$.stats.lastOrderDate')",
}
SORTS = {
    f"{name}_{direction}": f"{column} {direction}, id {direction}"
    for name, column in _COLUMNS.items()
    for direction in ("ASC", "DESC")
}


# Source (documented): REST docs, "Search customers": phone is looked for in all addresses and
# contacts, the parts of an address in all addresses.
_ADDRESSES = (
    "(SELECT json_extract(body, '$.billingPerson') AS value"
    " UNION ALL SELECT value FROM json_each(body, '$.shippingAddresses'))"
)


def _address_has(field: str, test: str = "instr(lower({}), lower(?))") -> str:
    found = test.format(f"json_extract(value, '$.{field}')")
    return f"EXISTS (SELECT 1 FROM {_ADDRESSES} WHERE {found})"  # noqa: S608 - constant names


_CONTACT = (
    "EXISTS (SELECT 1 FROM json_each(body, '$.contacts')"
    " WHERE instr(json_extract(value, '$.contact'), ?))"
)


FILTERS = {
    "keyword": Filter("customer_matches(body, ?)", filters.string),
    "name": Filter("instr(lower(name), lower(?))", filters.string),
    "phone": Filter(f"({_address_has('phone')} OR {_CONTACT})", filters.string),
    "city": Filter(_address_has("city"), filters.string),
    "postalCode": Filter(_address_has("postalCode"), filters.string),
    "stateOrProvinceCode": Filter(_address_has("stateOrProvinceCode"), filters.string),
    "companyName": Filter(_address_has("companyName"), filters.string),
    "countryCodes": Filter(_address_has("countryCode", "{} IN (*)"), filters.string_list),
    "acceptMarketing": Filter("json_extract(body, '$.acceptMarketing') = ?", filters.boolean),
    "taxExempt": Filter("json_extract(body, '$.taxExempt') = ?", filters.boolean),
    "b2b_b2c": Filter("json_extract(body, '$.b2b_b2c') = ?", filters.string),
    "lang": Filter("json_extract(body, '$.lang') = ?", filters.string),
    "customerGroupIds": Filter("json_extract(body, '$.customerGroupId') IN (*)", filters.id_list),
    "minOrderCount": Filter("orders >= ?", filters.number),
    "maxOrderCount": Filter("orders <= ?", filters.number),
    "minSalesValue": Filter("sales >= ?", filters.number),
    "maxSalesValue": Filter("sales <= ?", filters.number),
    "purchasedProductIds": Filter(
        "EXISTS (SELECT 1 FROM purchase AS p, json_each(p.body, '$.items') AS i"
        " WHERE p.store = customer.store AND p.customer = customer.id"
        " AND json_extract(i.value, '$.productId') IN (*))",
        filters.id_list,
    ),
    "createdFrom": Filter("registered >= ?", filters.timestamp),
    "createdTo": Filter("registered < ?", filters.timestamp),
    "updatedFrom": Filter("updated >= ?", filters.timestamp),
    "updatedTo": Filter("updated < ?", filters.timestamp),
}


def customer_search(args: Mapping[str, str]) -> Search:
    """Return the search for the parameters of ``GET /customers``."""
    conditions, values = filters.where(FILTERS, args)
    email = args.get("email", "").lower()
    if email:
        is_exact = filters.boolean("", args.get("useExactEmailMatch") or "no")
        conditions.append("email = ?" if is_exact else "instr(email, ?)")
        values.append(email)
    order = filters.order_by(SORTS, args, "REGISTERED_DATE_DESC")
    return Search(tuple(conditions), tuple(values), order)
