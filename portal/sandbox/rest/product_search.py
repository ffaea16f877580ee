"""Declare how products are filtered and sorted, as ``GET /products`` is documented."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.sandbox import filters
from portal.sandbox.filters import Filter, Search
from portal.sandbox.resources.categories import Categories

# Not LIKE: a keyword with % or _ in it is no pattern.
KEYWORD = "instr(lower(name || ' ' || sku), lower(?))"
SORTS = {
    "RELEVANCE": "id",
    "DEFINED_BY_STORE_OWNER": "id",
    "ADDED_TIME_ASC": "created, id",
    "ADDED_TIME_DESC": "created DESC, id DESC",
    "UPDATED_TIME_ASC": "updated, id",
    "UPDATED_TIME_DESC": "updated DESC, id DESC",
    "NAME_ASC": "name, id",
    "NAME_DESC": "name DESC, id DESC",
    "PRICE_ASC": "price, id",
    "PRICE_DESC": "price DESC, id DESC",
}


def _stock(name: str, text: str) -> int:
    return int(filters.one_of("INSTOCK", "OUTOFSTOCK")(name, text) == "INSTOCK")


def _sale(name: str, text: str) -> int:
    return int(filters.one_of("ONSALE", "NOTONSALE")(name, text) == "ONSALE")


FILTERS = {
    "keyword": Filter(KEYWORD, filters.keyword),
    "externalReferenceId": Filter("external = ?", filters.word),
    "priceFrom": Filter("price >= ?", filters.amount),
    "priceTo": Filter("price <= ?", filters.amount),
    "createdFrom": Filter("created >= ?", filters.moment),
    "createdTo": Filter("created < ?", filters.moment),
    "updatedFrom": Filter("updated >= ?", filters.moment),
    "updatedTo": Filter("updated < ?", filters.moment),
    "enabled": Filter("enabled = ?", filters.flag),
    "visibleInStorefront": Filter("enabled = ?", filters.flag),
    "inStock": Filter("in_stock = ?", filters.flag),
    "inventory": Filter("in_stock = ?", _stock),
    "onsale": Filter("(ifnull(json_extract(body, '$.compareToPrice'), 0) > price) = ?", _sale),
    "isGiftCard": Filter("json_extract(body, '$.isGiftCard') = ?", filters.flag),
    "discountsAllowed": Filter("json_extract(body, '$.discountsAllowed') = ?", filters.flag),
    "isCustomerSetPrice": Filter(
        "ifnull(json_extract(body, '$.isCustomerSetPrice'), 0) = ?", filters.flag
    ),
    "taxClassCodes": Filter("json_extract(body, '$.tax.taxClassCode') IN (*)", filters.words),
    "enabledManualTaxes": Filter(
        "EXISTS (SELECT 1 FROM json_each(body, '$.tax.enabledManualTaxes') WHERE value IN (*))",
        filters.numbers,
    ),
}
_OPTION = (
    "EXISTS (SELECT 1 FROM json_each(body, '$.options') AS o,"
    " json_each(o.value, '$.choices') AS c WHERE json_extract(o.value, '$.name') = ?"
    " AND json_extract(c.value, '$.text') IN (*))"
)
_ATTRIBUTE = (
    "EXISTS (SELECT 1 FROM json_each(body, '$.attributes') AS a"
    " WHERE json_extract(a.value, '$.name') = ? AND json_extract(a.value, '$.value') IN (*))"
)


def product_search(categories: Categories, store_id: int, args: Mapping[str, str]) -> Search:
    """Return the search that the parameters of ``GET /products`` ask for.

    ``productId`` and ``sku`` make all others ignored. Raises WrongParameterError.
    """
    if args.get("productId"):
        ids = filters.numbers("productId", args["productId"])
        return Search((f"id IN ({','.join('?' * len(ids))})",), ids, "id")
    if args.get("sku"):
        return Search(("sku = ?",), (args["sku"],), "id")
    conditions, values = filters.where(FILTERS, args)
    for condition, more in (*_features(args), *_categories(categories, store_id, args)):
        conditions.append(condition)
        values.extend(more)
    order = filters.order_by(SORTS, args, "RELEVANCE")
    return Search(tuple(conditions), tuple(values), order)


def _features(args: Mapping[str, str]) -> list[tuple[str, list[Any]]]:
    """Return the conditions of ``option_Size=M,L`` and ``attribute_Brand=Alder``."""
    found: list[tuple[str, list[Any]]] = []
    for prefix, condition in (("option_", _OPTION), ("attribute_", _ATTRIBUTE)):
        for name in args:
            if name.startswith(prefix):
                wanted = filters.words(name, args[name])
                marks = f"({','.join('?' * len(wanted))})"
                found.append(
                    (condition.replace("(*)", marks), [name.removeprefix(prefix), *wanted])
                )
    return found


def _categories(
    categories: Categories, store_id: int, args: Mapping[str, str]
) -> list[tuple[str, list[Any]]]:
    given = args.get("categories") or args.get("category")
    if not given:
        return []
    wanted = set(filters.numbers("categories", given))
    if filters.flag("", args.get("includeProductsFromSubcategories") or "no"):
        wanted = categories.below(store_id, tuple(wanted))
    marks = " OR ".join(["instr(categories, ?)"] * len(wanted)) or "0"
    return [(f"({marks})", [f",{category_id}," for category_id in sorted(wanted)])]
