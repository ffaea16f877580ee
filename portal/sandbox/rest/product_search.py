"""Filters and sort orders of products, as documented for ``GET /products``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.sandbox import filters
from portal.sandbox.filters import Filter, Search
from portal.sandbox.resources.categories import Categories

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
    "keyword": Filter("product_matches(body, ?)", filters.string),
    "externalReferenceId": Filter("external = ?", filters.string),
    "priceFrom": Filter("price >= ?", filters.number),
    "priceTo": Filter("price <= ?", filters.number),
    "createdFrom": Filter("created >= ?", filters.timestamp),
    "createdTo": Filter("created < ?", filters.timestamp),
    "updatedFrom": Filter("updated >= ?", filters.timestamp),
    "updatedTo": Filter("updated < ?", filters.timestamp),
    "enabled": Filter("enabled = ?", filters.boolean),
    "visibleInStorefront": Filter("enabled = ?", filters.boolean),
    "inStock": Filter("in_stock = ?", filters.boolean),
    "inventory": Filter("in_stock = ?", _stock),
    "onsale": Filter("(ifnull(json_extract(body, '$.compareToPrice'), 0) > price) = ?", _sale),
    "isGiftCard": Filter("json_extract(body, '$.isGiftCard') = ?", filters.boolean),
    "discountsAllowed": Filter("json_extract(body, '$.discountsAllowed') = ?", filters.boolean),
    "isCustomerSetPrice": Filter(
        "ifnull(json_extract(body, '$.isCustomerSetPrice'), 0) = ?", filters.boolean
    ),
    "taxClassCodes": Filter("json_extract(body, '$.tax.taxClassCode') IN (*)", filters.string_list),
    "enabledManualTaxes": Filter(
        "EXISTS (SELECT 1 FROM json_each(body, '$.tax.enabledManualTaxes') WHERE value IN (*))",
        filters.id_list,
    ),
}
# Source (documented): REST docs, "Search products": sku finds the product that has this SKU or a
# variation with it; the match is exact.
_SKU = (
    "id IN (SELECT id FROM product WHERE store = ? AND sku = ? UNION SELECT id FROM product"
    " WHERE store = ? AND variation_skus IS NOT NULL AND instr(variation_skus, ?))"
)
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
    """Return the search for the parameters of ``GET /products``.

    ``productId`` and ``sku`` override all other filters. Raises WrongParameterError for an invalid
    value.
    """
    if args.get("productId"):
        ids = filters.id_list("productId", args["productId"])
        return Search((f"id IN ({','.join('?' * len(ids))})",), ids, "id")
    if args.get("sku"):
        # Line breaks separate the SKUs of the column.
        sku = args["sku"].replace("\n", " ")
        return Search((_SKU,), (store_id, sku, store_id, f"\n{sku}\n"), "id")
    conditions, values = filters.where(FILTERS, args)
    for condition, more in (
        *_option_conditions(args),
        *_category_conditions(categories, store_id, args),
    ):
        conditions.append(condition)
        values.extend(more)
    order = filters.order_by(SORTS, args, "RELEVANCE")
    return Search(tuple(conditions), tuple(values), order)


def _option_conditions(args: Mapping[str, str]) -> list[tuple[str, list[Any]]]:
    """Return the conditions for ``option_Size=M,L`` and ``attribute_Brand=Alder``."""
    found: list[tuple[str, list[Any]]] = []
    for prefix, condition in (("option_", _OPTION), ("attribute_", _ATTRIBUTE)):
        for name in args:
            if name.startswith(prefix):
                wanted = filters.string_list(name, args[name])
                marks = f"({','.join('?' * len(wanted))})"
                found.append(
                    (condition.replace("(*)", marks), [name.removeprefix(prefix), *wanted])
                )
    return found


def _category_conditions(
    categories: Categories, store_id: int, args: Mapping[str, str]
) -> list[tuple[str, list[Any]]]:
    given = args.get("categories") or args.get("category")
    if not given:
        return []
    wanted = set(filters.id_list("categories", given))
    if filters.boolean("", args.get("includeProductsFromSubcategories") or "no"):
        wanted = categories.with_descendants(store_id, tuple(wanted))
    marks = " OR ".join(["instr(categories, ?)"] * len(wanted)) or "0"
    return [(f"({marks})", [f",{category_id}," for category_id in sorted(wanted)])]
