"""Find the store's current product of each line request: one call for all products."""

from __future__ import annotations

from dataclasses import dataclass

from portal.ecwid.catalog_items import read_offer
from portal.ecwid.client import EcwidClient
from portal.ecwid.values import Record
from portal.errors import RecordError
from portal.i18n import marked
from portal.models import Product, Variation
from portal.rules.orders.catalog_items import Offer
from portal.rules.orders.order_request import LineRequest
from portal.rules.orders.quotes import Problem


@dataclass(frozen=True)
class Offers:
    """The offer of each line, None if the store has none, and problems of unreadable products."""

    of_lines: tuple[Offer | None, ...]
    problems: tuple[Problem, ...]

    @property
    def by_product(self) -> dict[int, Offer]:
        """Return every offer by its product."""
        return {offer.product_id: offer for offer in self.of_lines if offer is not None}


def read_offers(client: EcwidClient, lines: tuple[LineRequest, ...]) -> Offers:
    """Return what the store offers for each line; raise EcwidError.

    A SKU is looked up in the mirror first, and asked of the store where the mirror knows none.
    """
    meant = [line.product_id or _mirrored(client.store_id, line.sku or "") for line in lines]
    payloads = _read(client, {product_id for product_id in meant if product_id})
    offers: list[Offer | None] = []
    problems: list[Problem] = []
    for position, (line, product_id) in enumerate(zip(lines, meant, strict=True)):
        payload = payloads.get(product_id) if product_id else None
        try:
            offer = None if payload is None else read_offer(payload)
            if line.product_id is None and (offer is None or not _has_sku(offer, line.sku)):
                offer = _asked(client, line.sku or "")
        except RecordError as error:
            text = marked("What the store says of the product makes no sense: %(problem)s")
            problems.append(Problem("product_unreadable", text, {"problem": error}, position))
            offer = None
        offers.append(offer)
    return Offers(tuple(offers), tuple(problems))


def _read(client: EcwidClient, product_ids: set[int]) -> dict[int, object]:
    items = client.products_by_id(sorted(product_ids)).items
    return {Record("products", item).identity(): item for item in items}


def _mirrored(store_id: int, sku: str) -> int | None:
    """Return the id of the mirrored product that has this SKU, or a variation with it."""
    row = Product.get_or_none(
        Product.store == store_id, Product.sku == sku, Product.deleted_at.is_null()
    )
    if row is not None:
        return int(row.remote_id)
    variation = Variation.get_or_none(
        Variation.store == store_id, Variation.sku == sku, Variation.deleted_at.is_null()
    )
    return None if variation is None else int(variation.product_id)


def _asked(client: EcwidClient, sku: str) -> Offer | None:
    for item in client.products_with_sku(sku).items:
        offer = read_offer(item)
        if _has_sku(offer, sku):
            return offer
    return None


def _has_sku(offer: Offer, sku: str | None) -> bool:
    return sku is not None and (offer.sku == sku or offer.variation_of_sku(sku) is not None)
