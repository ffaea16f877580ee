"""Fetch the current products that each line request may mean, usually with one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from portal.ecwid.calls import PAGE_LIMIT
from portal.ecwid.catalog_items import read_catalog_item
from portal.ecwid.client import EcwidClient
from portal.ecwid.values import Record
from portal.errors import RecordError
from portal.i18n import N_
from portal.models import Product, Variation, utc_now
from portal.models.bulk import chunked
from portal.rules.orders.catalog_items import CatalogItem
from portal.rules.orders.item_selection import sku_shared_by_many
from portal.rules.orders.order_request import LineRequest
from portal.rules.orders.quotes import ValidationMessage
from portal.rules.orders.sale_terms import SaleTerms
from portal.rules.orders.skus import has_exact_sku, has_sku, is_same_sku
from portal.rules.orders.stock_claims import StockClaim, StockKey, with_remaining_stock
from portal.services.orders.store_answers import AnswerKind, StoreAnswers
from portal.services.records.selected_records import products_left_out

# A placeholder such as "N/A" may be the SKU of all products; they aren't read to choose among them.
MAX_PRODUCTS_OF_SKU = 10


@dataclass(frozen=True)
class CatalogItems:
    """The catalog items that each line may mean, and the problems of lines that have none.

    These are lines with unreadable products and with SKUs of too many products. ``read_at`` is the
    time before the first call.
    """

    by_line: tuple[tuple[CatalogItem, ...], ...]
    problems: tuple[ValidationMessage, ...]
    read_at: datetime

    @property
    def by_product(self) -> dict[int, CatalogItem]:
        """Return the catalog items by product id."""
        return {item.product_id: item for items in self.by_line for item in items}

    def with_remaining_stock(
        self, claims: Mapping[StockKey, Sequence[StockClaim]], *, is_cautious: bool
    ) -> CatalogItems:
        """Return the catalog items with the stock that the claims leave; see the rule."""
        if not claims:
            return self
        by_line = tuple(
            tuple(
                with_remaining_stock(item, self.read_at, claims, is_cautious=is_cautious)
                for item in items
            )
            for items in self.by_line
        )
        return replace(self, by_line=by_line)

    def offered(self, terms: SaleTerms) -> CatalogItems:
        """Return the catalog items with the stock that a channel with these terms may sell."""
        by_line = tuple(tuple(terms.offered(item) for item in items) for items in self.by_line)
        return replace(self, by_line=by_line)

    def selected(self, terms: SaleTerms, store_id: int) -> CatalogItems:
        """Return the catalog items of the channel's product selection.

        A line that only means products that left it has a problem. Products that were never in it
        are as unknown as those that don't exist.
        """
        others = products_left_out(terms.selection_id, store_id, list(self.by_product))
        if not others:
            return self
        by_line = tuple(
            tuple(item for item in items if item.product_id not in others) for items in self.by_line
        )
        text = N_("The store doesn't offer this product over this channel")
        problems = tuple(
            ValidationMessage("not_in_selection", text, line=position)
            for position, items in enumerate(self.by_line)
            if not by_line[position] and any(others[item.product_id] for item in items)
        )
        return replace(self, by_line=by_line, problems=(*self.problems, *problems))


def fetch_catalog_items(
    client: EcwidClient, lines: tuple[LineRequest, ...], answers: StoreAnswers
) -> CatalogItems:
    """Return the catalog items that each line may mean; raise EcwidError.

    A SKU is looked up in the mirror first. One call looks for those that the mirror doesn't have
    exactly; a SKU that it doesn't find counts as missing for a minute.
    """
    read_at = utc_now()
    meant = [_meant_product_ids(client.store_id, line) for line in lines]
    payloads = _read(client, {i for ids in meant if len(ids) <= MAX_PRODUCTS_OF_SKU for i in ids})
    found = [
        _MeantItems(line, ids, [payloads[i] for i in ids if i in payloads])
        for line, ids in zip(lines, meant, strict=True)
    ]
    at_store = _search_skus(client, [each for each in found if each.lacks_sku], answers)
    by_line: list[tuple[CatalogItem, ...]] = []
    problems: list[ValidationMessage] = []
    for position, each in enumerate(found):
        items: tuple[CatalogItem, ...] = ()
        count = len(each.product_ids)
        try:
            if count <= MAX_PRODUCTS_OF_SKU:
                items = each.catalog_items(at_store)
                count = len(items)
        except RecordError as error:
            text = N_("The store has invalid data for this product: %(problem)s")
            values = {"problem": error}
            problems.append(ValidationMessage("product_unreadable", text, values, position))
        if count > MAX_PRODUCTS_OF_SKU:
            problems.append(sku_shared_by_many(position, each.line.sku or ""))
            items = ()
        by_line.append(items)
    return CatalogItems(tuple(by_line), tuple(problems), read_at)


@dataclass(frozen=True)
class _MeantItems:
    """Products that a line may mean by the mirror, as the store has them now."""

    line: LineRequest
    product_ids: Sequence[int]
    payloads: Sequence[Any]

    @cached_property
    def items(self) -> tuple[CatalogItem, ...]:
        """Return the products; raise RecordError for an unreadable one."""
        return tuple(map(read_catalog_item, self.payloads))

    @property
    def is_by_sku(self) -> bool:
        """Return whether the line names its product by the SKU alone."""
        return self.line.product_id is None and self.line.sku is not None

    @property
    def lacks_sku(self) -> bool:
        """Return whether no product has the SKU of the line exactly; the mirror may lag behind."""
        if not self.is_by_sku or len(self.product_ids) > MAX_PRODUCTS_OF_SKU:
            return False
        try:
            return not any(has_exact_sku(item, self.line.sku or "") for item in self.items)
        except RecordError:
            return False

    @property
    def has_similar_sku(self) -> bool:
        """Return whether a product has the SKU of the line in another case."""
        return any(has_sku(item, self.line.sku) for item in self.items)

    def catalog_items(self, at_store: Sequence[Any]) -> tuple[CatalogItem, ...]:
        """Return the catalog items; ``at_store`` are products that the store was searched for."""
        if not self.is_by_sku:
            return self.items
        sku = self.line.sku or ""
        found = {item.product_id: item for item in self.items if has_sku(item, sku)}
        if not any(has_exact_sku(item, sku) for item in found.values()):
            searched = map(read_catalog_item, (each for each in at_store if _names_sku(each, sku)))
            found |= {item.product_id: item for item in searched if has_sku(item, sku)}
        return tuple(found.values())


def _search_skus(
    client: EcwidClient, lacking: Sequence[_MeantItems], answers: StoreAnswers
) -> Sequence[Any]:
    """Return products that may have the SKUs of these lines, with one call at most.

    Ecwid's search takes a single SKU. So for several, the products that changed last are searched:
    the mirror misses a SKU only if its product is new or was changed just now.
    """
    # A SKU that differs only in case may be sold instead, so the store is asked each time.
    unknown = {
        sku
        for each in lacking
        if (sku := each.line.sku or "") and (each.has_similar_sku or not _is_missing(answers, sku))
    }
    if not unknown:
        return []
    if len(unknown) == 1:
        items = client.products_with_sku(next(iter(unknown))).items
    else:
        items = client.products(sort_by="UPDATED_TIME_DESC").items
    for sku in unknown:
        if not any(_names_sku(item, sku) for item in items):
            answers.keep(AnswerKind.MISSING_SKU, value=True, about=sku)
    return items


def _is_missing(answers: StoreAnswers, sku: str) -> bool:
    return answers.find(AnswerKind.MISSING_SKU, sku) is not None


def _names_sku(payload: Any, sku: str) -> bool:
    """Return whether a product or one of its variations has the SKU, in any spelling of case."""
    parts = [payload, *(payload.get("combinations") or [])] if isinstance(payload, dict) else []
    named = (part.get("sku") for part in parts if isinstance(part, dict))
    return any(is_same_sku(str(each), sku) for each in named if each)


def _read(client: EcwidClient, product_ids: set[int]) -> dict[int, object]:
    pages = (client.products_by_id(part) for part in chunked(sorted(product_ids), PAGE_LIMIT))
    return {Record("products", item).identity(): item for page in pages for item in page.items}


def _meant_product_ids(store_id: int, line: LineRequest) -> list[int]:
    """Return the requested product, or those that have the SKU in the mirror.

    A SKU is found as it was typed, and in upper and lower case; the index has no other forms.
    Deleted products are left out; if there are more than `MAX_PRODUCTS_OF_SKU`, so are some others.
    """
    if line.product_id is not None:
        return [line.product_id]
    sku = line.sku or ""
    spellings = list(dict.fromkeys((sku, sku.upper(), sku.lower())))
    of_products = Product.select(Product.remote_id).where(
        Product.store == store_id, Product.sku.in_(spellings), Product.deleted_at.is_null()
    )
    of_variations = Variation.select(Variation.product_id).where(
        Variation.store == store_id, Variation.sku.in_(spellings), Variation.deleted_at.is_null()
    )
    limit = MAX_PRODUCTS_OF_SKU + 1
    ids = {row.remote_id for row in of_products.limit(limit)}
    ids |= {row.product_id for row in of_variations.distinct().limit(limit)}
    return sorted(ids)
