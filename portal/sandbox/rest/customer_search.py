"""Declare how customers are filtered and sorted, as ``GET /customers`` is documented."""

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
    f"{name}_{way}": f"{column} {way}, id {way}"
    for name, column in _COLUMNS.items()
    for way in ("ASC", "DESC")
}


def _of_person(field: str) -> str:
    return f"instr(lower(ifnull(json_extract(body, '$.billingPerson.{field}'), '')), lower(?))"


FILTERS = {
    "keyword": Filter("instr(lower(name || ' ' || email), lower(?))", filters.keyword),
    "name": Filter("instr(lower(name), lower(?))", filters.word),
    "phone": Filter(_of_person("phone"), filters.word),
    "city": Filter(_of_person("city"), filters.word),
    "postalCode": Filter(_of_person("postalCode"), filters.word),
    "stateOrProvinceCode": Filter(_of_person("stateOrProvinceCode"), filters.word),
    "companyName": Filter(_of_person("companyName"), filters.word),
    "countryCodes": Filter(
        "json_extract(body, '$.billingPerson.countryCode') IN (*)", filters.words
    ),
    "acceptMarketing": Filter("json_extract(body, '$.acceptMarketing') = ?", filters.flag),
    "taxExempt": Filter("json_extract(body, '$.taxExempt') = ?", filters.flag),
    "b2b_b2c": Filter("json_extract(body, '$.b2b_b2c') = ?", filters.word),
    "lang": Filter("json_extract(body, '$.lang') = ?", filters.word),
    "customerGroupIds": Filter("json_extract(body, '$.customerGroupId') IN (*)", filters.numbers),
    "minOrderCount": Filter("orders >= ?", filters.amount),
    "maxOrderCount": Filter("orders <= ?", filters.amount),
    "minSalesValue": Filter("sales >= ?", filters.amount),
    "maxSalesValue": Filter("sales <= ?", filters.amount),
    "purchasedProductIds": Filter(
        "EXISTS (SELECT 1 FROM purchase AS p, json_each(p.body, '$.items') AS i"
        " WHERE p.store = customer.store AND p.customer = customer.id"
        " AND json_extract(i.value, '$.productId') IN (*))",
        filters.numbers,
    ),
    "createdFrom": Filter("registered >= ?", filters.moment),
    "createdTo": Filter("registered < ?", filters.moment),
    "updatedFrom": Filter("updated >= ?", filters.moment),
    "updatedTo": Filter("updated < ?", filters.moment),
}


def customer_search(args: Mapping[str, str]) -> Search:
    """Return the search that the parameters of ``GET /customers`` ask for."""
    conditions, values = filters.where(FILTERS, args)
    email = args.get("email", "").lower()
    if email:
        is_exact = filters.flag("", args.get("useExactEmailMatch") or "no")
        conditions.append("email = ?" if is_exact else "instr(email, ?)")
        values.append(email)
    order = filters.order_by(SORTS, args, "REGISTERED_DATE_DESC")
    return Search(tuple(conditions), tuple(values), order)
