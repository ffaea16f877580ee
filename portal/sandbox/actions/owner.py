"""Actions of the store owner on products and coupons."""

from __future__ import annotations

from portal.sandbox.actions.random_record import RANDOM, random_record
from portal.sandbox.parts import Parts
from portal.sandbox.sample_data.catalog import DEPARTMENTS


def rename_product(parts: Parts, store_id: int) -> str:
    """Change the first word of a product's name."""
    product = random_record(parts, store_id, "product")
    adjective = RANDOM.choice(RANDOM.choice(DEPARTMENTS).adjectives)
    name = f"{adjective} {product['name'].partition(' ')[2] or product['name']}"
    parts.products.update(store_id, product["id"], {"name": name})
    return f"“{product['name']}” was renamed to “{name}”."


def change_price(parts: Parts, store_id: int) -> str:
    """Change a product's price by a small amount."""
    product = random_record(parts, store_id, "product")
    price = round(max(0.5, product["price"] + RANDOM.choice((-2, -0.5, 0.5, 1, 3))), 2)
    parts.products.update(store_id, product["id"], {"price": price})
    return f"“{product['name']}” now costs {price:.2f} instead of {product['price']:.2f}."


def sell_out(parts: Parts, store_id: int) -> str:
    """Set the stock of a product to zero."""
    product = random_record(parts, store_id, "product", "in_stock = 1")
    parts.products.update(store_id, product["id"], {"quantity": 0})
    return f"“{product['name']}” is sold out."


def add_product(parts: Parts, store_id: int) -> str:
    """Add a product with a generated name."""
    department = RANDOM.choice(DEPARTMENTS)
    name = f"{RANDOM.choice(department.adjectives)} {RANDOM.choice(department.nouns)}"
    fields = {
        "name": name,
        "price": RANDOM.randrange(*department.prices),
        "quantity": 12,
        "image": f"{department.name.lower()}-{RANDOM.randrange(480)}",
    }
    product_id = parts.products.create(store_id, fields)
    return f"Product {product_id} was added: “{name}”."


def delete_product(parts: Parts, store_id: int) -> str:
    """Delete a random product."""
    product = random_record(parts, store_id, "product")
    parts.products.delete(store_id, product["id"])
    return f"“{product['name']}” was deleted."


def create_coupon(parts: Parts, store_id: int) -> str:
    """Create a coupon with a random code."""
    coupon = parts.coupons.create(
        store_id, {"name": "Surprise", "discountType": "ABS", "discount": RANDOM.randrange(2, 20)}
    )
    return f"The coupon {coupon['code']} was created with a discount of {coupon['discount']}."


def pause_coupon(parts: Parts, store_id: int) -> str:
    """Pause an active coupon."""
    coupon = random_record(parts, store_id, "coupon", "status = 'ACTIVE'")
    parts.coupons.update(store_id, str(coupon["id"]), {"status": "PAUSED"})
    return f"The coupon {coupon['code']} was paused."
