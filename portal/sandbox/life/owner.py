"""What a shop owner does to products and coupons."""

from __future__ import annotations

from portal.sandbox.life.picking import CHANCE, one_of
from portal.sandbox.parts import Parts
from portal.sandbox.shop.catalogue import DEPARTMENTS


def rename_product(parts: Parts, store_id: int) -> str:
    """Give a product another adjective."""
    product = one_of(parts, store_id, "product")
    quality = CHANCE.choice(CHANCE.choice(DEPARTMENTS).qualities)
    name = f"{quality} {product['name'].partition(' ')[2] or product['name']}"
    parts.products.update(store_id, product["id"], {"name": name})
    return f"“{product['name']}” is called “{name}” now."


def change_price(parts: Parts, store_id: int) -> str:
    """Raise or lower a price by a little."""
    product = one_of(parts, store_id, "product")
    price = round(max(0.5, product["price"] + CHANCE.choice((-2, -0.5, 0.5, 1, 3))), 2)
    parts.products.update(store_id, product["id"], {"price": price})
    return f"“{product['name']}” costs {price:.2f} instead of {product['price']:.2f}."


def sell_out(parts: Parts, store_id: int) -> str:
    """Take the whole stock of a product away."""
    product = one_of(parts, store_id, "product", "in_stock = 1")
    parts.products.update(store_id, product["id"], {"quantity": 0})
    return f"“{product['name']}” is sold out."


def add_product(parts: Parts, store_id: int) -> str:
    """Add a product."""
    department = CHANCE.choice(DEPARTMENTS)
    name = f"{CHANCE.choice(department.qualities)} {CHANCE.choice(department.nouns)}"
    fields = {
        "name": name,
        "price": CHANCE.randrange(*department.prices),
        "quantity": 12,
        "image": f"{department.name.lower()}-{CHANCE.randrange(480)}",
    }
    product_id = parts.products.create(store_id, fields)
    return f"“{name}” is new: product {product_id}."


def delete_product(parts: Parts, store_id: int) -> str:
    """Delete a product."""
    product = one_of(parts, store_id, "product")
    parts.products.delete(store_id, product["id"])
    return f"“{product['name']}” was deleted."


def make_coupon(parts: Parts, store_id: int) -> str:
    """Make a coupon with a code of its own."""
    coupon = parts.coupons.create(
        store_id, {"name": "A surprise", "discountType": "ABS", "discount": CHANCE.randrange(2, 20)}
    )
    return f"The coupon {coupon['code']} takes {coupon['discount']} off."


def pause_coupon(parts: Parts, store_id: int) -> str:
    """Pause an active coupon."""
    coupon = one_of(parts, store_id, "coupon", "status = 'ACTIVE'")
    parts.coupons.update(store_id, str(coupon["id"]), {"status": "PAUSED"})
    return f"The coupon {coupon['code']} is paused."
