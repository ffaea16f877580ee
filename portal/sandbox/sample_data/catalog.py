"""Sample products and categories that resemble those of a real store.

Names, options, prices and stock depend on the seed only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from portal.sandbox.sample_data.details import add_details

YEAR_S = 365 * 24 * 3600
VARIATIONS_SHARE = 0.33
IMPORT_SIZES = (40, 120, 250)


@dataclass(frozen=True)
class Department:
    """Names, options and price range of a department's products."""

    name: str
    subcategories: tuple[str, ...]
    nouns: tuple[str, ...]
    adjectives: tuple[str, ...]
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
        ("Color", ("Natural", "Rust", "Sage", "Midnight")),
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
    """Return a category for each department, and its subcategories."""
    categories: list[dict[str, Any]] = []
    for department in DEPARTMENTS:
        department_id = first_id + len(categories)
        categories.append(
            {
                "id": department_id,
                "name": department.name,
                # Source (client): ecwid-java-api-client, FetchedCategory: the names.
                "description": f"<p>{department.name} from small workshops.</p>",
                "seoTitle": f"{department.name} made by hand",
                "seoDescription": f"All {department.name.lower()} of our workshops.",
            }
        )
        for subcategory in department.subcategories:
            subcategory_id = first_id + len(categories)
            categories.append(
                {"id": subcategory_id, "parentId": department_id, "name": subcategory}
            )
    return [
        {**category, "orderBy": 10 * (n + 1), "enabled": True}
        for n, category in enumerate(categories)
    ]


def make_products(
    count: int, *, seed: int, first_id: int, categories: list[dict[str, Any]], now: int
) -> Iterator[dict[str, Any]]:
    """Yield ``count`` products, oldest first, with ``created`` and ``updated`` in Unix seconds.

    Update times are spread over five years. Some products share a time, as after an import.
    """
    rng = Random(seed)  # noqa: S311 - not a secret
    subcategories = [c for c in categories if "parentId" in c]
    times = _update_times(count, rng, now)
    for n in range(count):
        subcategory = rng.choice(subcategories)
        parent = next(c for c in categories if c["id"] == subcategory["parentId"])
        department = next(d for d in DEPARTMENTS if d.name == parent["name"])
        product = _product(department, rng, n, seed)
        product["id"] = first_id + n
        product["categoryIds"] = [subcategory["id"], parent["id"]]
        product["updated"] = times[n]
        product["created"] = max(times[n] - rng.randrange(YEAR_S), now - 6 * YEAR_S)
        yield product


def _update_times(count: int, rng: Random, now: int) -> list[int]:
    times = [now - 3600 - rng.randrange(5 * YEAR_S) for _ in range(count)]
    position = 0
    for size in IMPORT_SIZES:
        # An import updates many products in the same second.
        if count >= 20 * size:
            times[position : position + size] = [times[position]] * size
            position += size
    return times


def _product(department: Department, rng: Random, n: int, seed: int) -> dict[str, Any]:
    adjective, noun = rng.choice(department.adjectives), rng.choice(department.nouns)
    maker = rng.choice(MAKERS)
    low, high = department.prices
    price = rng.randrange(low, high) + rng.choice((0, 0.5, 0.9, 0.95))
    sku = f"{department.name[:2].upper()}-{maker[:3].upper()}-{n:05d}"
    product: dict[str, Any] = {
        "name": f"{adjective} {noun} “{maker}”",
        "sku": sku,
        "price": price,
        "enabled": rng.random() > 0.04,  # noqa: PLR2004 - some are disabled
        "description": (
            f"<p>{adjective} {noun}, made in small batches by {maker}. "
            f"Each piece differs a little from the next.</p>"
        ),
        "image": f"{department.name.lower()}-{seed}-{n % 480}",
        "weight": round(rng.uniform(0.1, 4), 2),
    }
    if rng.random() < 0.18:  # noqa: PLR2004 - some are on sale
        product["compareToPrice"] = round(price * 1.25, 2)
    _add_stock(product, rng)
    if rng.random() < VARIATIONS_SHARE:
        _add_variations(product, department, rng)
    add_details(product, n, maker)
    return product


def _add_stock(product: dict[str, Any], rng: Random) -> None:
    """Set the stock: most products have a quantity, some are sold out, some unlimited."""
    draw = rng.random()
    if draw < 0.2:  # noqa: PLR2004 - share of products
        product["unlimited"] = True
    else:
        product["quantity"] = 0 if draw < 0.27 else rng.randrange(1, 120)  # noqa: PLR2004


def _add_variations(product: dict[str, Any], department: Department, rng: Random) -> None:
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
            "price": round(product["price"] + rng.choice((0, 0, 2, 5)), 2),
            "quantity": rng.randrange(0, 40),
        }
        for number, value in enumerate(values, 1)
    ]
