"""Make up a shop that looks like one: departments, names, options, prices and stock.

Everything follows from the seed, so the same call gives the same shop.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

YEAR_S = 365 * 24 * 3600
VARIED_SHARE = 0.33
IMPORT_SIZES = (40, 120, 250)


@dataclass(frozen=True)
class Department:
    """Hold what one department sells and how it is priced."""

    name: str
    shelves: tuple[str, ...]
    nouns: tuple[str, ...]
    qualities: tuple[str, ...]
    option: tuple[str, tuple[str, ...]]
    prices: tuple[int, int]


DEPARTMENTS = (
    Department(
        "Tableware",
        ("Mugs & cups", "Plates", "Bowls", "Serving"),
        ("mug", "espresso cup", "dinner plate", "cereal bowl", "serving platter", "jug", "teapot"),
        ("Stoneware", "Porcelain", "Speckled clay", "Glazed", "Hand-thrown", "Terracotta"),
        ("Glaze", ("Oat", "Moss", "Ink", "Chalk")),
        (9, 68),
    ),
    Department(
        "Kitchen",
        ("Boards", "Knives", "Textiles", "Storage"),
        ("chopping board", "paring knife", "bread knife", "apron", "tea towel", "storage jar"),
        ("Oak", "Walnut", "Linen", "Carbon steel", "Cork-lidded", "Beech"),
        ("Size", ("Small", "Medium", "Large")),
        (7, 140),
    ),
    Department(
        "Living",
        ("Cushions", "Throws", "Candles", "Vases"),
        ("cushion", "wool throw", "beeswax candle", "bud vase", "floor vase", "linen curtain"),
        ("Washed linen", "Merino", "Block-printed", "Ribbed glass", "Smoked", "Herringbone"),
        ("Colour", ("Natural", "Rust", "Sage", "Midnight")),
        (12, 220),
    ),
    Department(
        "Garden",
        ("Pots", "Tools", "Seeds", "Lighting"),
        ("plant pot", "hand trowel", "watering can", "seed tin", "lantern", "boot scraper"),
        ("Galvanised", "Ash-handled", "Frost-proof", "Copper", "Weathered", "Cast-iron"),
        ("Diameter", ("12 cm", "18 cm", "26 cm", "34 cm")),
        (5, 95),
    ),
    Department(
        "Wear",
        ("Shirts", "Knitwear", "Socks", "Bags"),
        ("work shirt", "fisherman jumper", "pair of socks", "tote bag", "beanie", "scarf"),
        ("Organic cotton", "Lambswool", "Waxed canvas", "Selvedge", "Hemp", "Donegal"),
        ("Size", ("XS", "S", "M", "L", "XL")),
        (14, 180),
    ),
    Department(
        "Paper",
        ("Notebooks", "Cards", "Wrapping", "Pens"),
        ("notebook", "greeting card", "desk planner", "wrapping paper", "pencil set", "ink bottle"),
        ("Letterpress", "Recycled", "Dot-grid", "Marbled", "Thread-bound", "Riso-printed"),
        ("Ruling", ("Plain", "Lined", "Dotted")),
        (3, 42),
    ),
)
MAKERS = ("Alder", "Brae", "Cove", "Dune", "Elm", "Fenn", "Grove", "Heath", "Isle", "Juniper")


def make_categories(first_id: int) -> list[dict[str, Any]]:
    """Return the shop's category tree: a category for each department, and one for each shelf."""
    categories: list[dict[str, Any]] = []
    for department in DEPARTMENTS:
        top_id = first_id + len(categories)
        categories.append({"id": top_id, "name": department.name})
        for shelf in department.shelves:
            shelf_id = first_id + len(categories)
            categories.append({"id": shelf_id, "parentId": top_id, "name": shelf})
    return [
        {**category, "orderBy": 10 * (n + 1), "enabled": True}
        for n, category in enumerate(categories)
    ]


def make_products(
    count: int, *, seed: int, first_id: int, categories: list[dict[str, Any]], now: int
) -> Iterator[dict[str, Any]]:
    """Yield ``count`` products, oldest first, each with ``created`` and ``updated`` in seconds.

    Update times are spread over five years; some are shared by many products, as after an import.
    """
    chance = Random(seed)  # noqa: S311 - a shop, not a secret
    shelves = [c for c in categories if "parentId" in c]
    times = _update_times(count, chance, now)
    for n in range(count):
        shelf = chance.choice(shelves)
        parent = next(c for c in categories if c["id"] == shelf["parentId"])
        department = next(d for d in DEPARTMENTS if d.name == parent["name"])
        product = _product(department, chance, n, seed)
        product["id"] = first_id + n
        product["categoryIds"] = [shelf["id"], parent["id"]]
        product["updated"] = times[n]
        product["created"] = max(times[n] - chance.randrange(YEAR_S), now - 6 * YEAR_S)
        yield product


def _update_times(count: int, chance: Random, now: int) -> list[int]:
    times = [now - 3600 - chance.randrange(5 * YEAR_S) for _ in range(count)]
    position = 0
    for size in IMPORT_SIZES:
        # An import touches many products in one second.
        if count >= 20 * size:
            times[position : position + size] = [times[position]] * size
            position += size
    return times


def _product(department: Department, chance: Random, n: int, seed: int) -> dict[str, Any]:
    quality, noun = chance.choice(department.qualities), chance.choice(department.nouns)
    maker = chance.choice(MAKERS)
    low, high = department.prices
    price = chance.randrange(low, high) + chance.choice((0, 0.5, 0.9, 0.95))
    sku = f"{department.name[:2].upper()}-{maker[:3].upper()}-{n:05d}"
    product: dict[str, Any] = {
        "name": f"{quality} {noun} “{maker}”",
        "sku": sku,
        "price": price,
        "enabled": chance.random() > 0.04,  # noqa: PLR2004 - a few drafts
        "description": (
            f"<p>{quality} {noun}, made in small batches by {maker}. "
            f"Each piece differs a little from the next.</p>"
        ),
        "image": f"{department.name.lower()}-{seed}-{n % 480}",
        "weight": round(chance.uniform(0.1, 4), 2),
    }
    if chance.random() < 0.18:  # noqa: PLR2004 - some are on sale
        product["compareToPrice"] = round(price * 1.25, 2)
    _stock(product, chance)
    if chance.random() < VARIED_SHARE:
        _vary(product, department, chance)
    return product


def _stock(product: dict[str, Any], chance: Random) -> None:
    """Give a stock level: most are counted, some sold out, some unlimited."""
    draw = chance.random()
    if draw < 0.2:  # noqa: PLR2004 - shares of a shop
        product["unlimited"] = True
    else:
        product["quantity"] = 0 if draw < 0.27 else chance.randrange(1, 120)  # noqa: PLR2004


def _vary(product: dict[str, Any], department: Department, chance: Random) -> None:
    name, values = department.option
    product["options"] = [
        {
            "type": "SELECT",
            "name": name,
            "choices": [
                {"text": value, "priceModifier": 0, "priceModifierType": "ABSOLUTE"}
                for value in values
            ],
            "defaultChoice": 0,
            "required": True,
        }
    ]
    product["combinations"] = [
        {
            "combinationNumber": number,
            "sku": f"{product['sku']}-{number}",
            "options": [{"name": name, "value": value}],
            "price": round(product["price"] + chance.choice((0, 0, 2, 5)), 2),
            "quantity": chance.randrange(0, 40),
        }
        for number, value in enumerate(values, 1)
    ]
