"""Store what one piece of a variation costs; what Ecwid sends as its price becomes the own price.

The prices are calculated from the mirrored products, one product at a time.
"""

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from portal.models.fields import MoneyField, load_json

PRODUCTS_PER_READ = 500
ROWS_PER_STATEMENT = 200
UNITS = 10_000
LARGEST_AMOUNT = 10**12

NEXT_PRODUCTS = """SELECT DISTINCT store_id, product_id FROM variation
WHERE (store_id, product_id) > ({0}, {0}) ORDER BY store_id, product_id LIMIT {0}"""
PRODUCT = "SELECT CAST(raw AS TEXT) FROM product WHERE store_id = {0} AND remote_id = {0}"
VARIATIONS = """SELECT remote_id, CAST(raw AS TEXT) FROM variation
WHERE store_id = {0} AND product_id = {0}"""
UPDATE = """UPDATE variation SET price = given.column2 FROM (VALUES {1}) AS given
WHERE variation.store_id = {0} AND variation.remote_id = given.column1"""


def up(migrator, db):
    migrator.migrate(migrator.add_column("variation", "own_price", MoneyField(null=True)))
    db.execute_sql("UPDATE variation SET own_price = price")
    last = (0, 0)
    query = NEXT_PRODUCTS.format(db.param)
    while found := db.execute_sql(query, (*last, PRODUCTS_PER_READ)).fetchall():
        for store_id, product_id in found:
            _resolve(db, store_id, product_id)
        last = found[-1]


def _resolve(db, store_id, product_id):
    key = (store_id, product_id)
    product = db.execute_sql(PRODUCT.format(db.param), key).fetchone()
    if product is None:
        return
    base, modifiers = _base_and_modifiers(load_json(product[0]))
    variations = db.execute_sql(VARIATIONS.format(db.param), key).fetchall()
    prices = [(i, _price(load_json(raw), base, modifiers)) for i, raw in variations]
    row = f"(CAST({db.param} AS BIGINT), CAST({db.param} AS BIGINT))"
    for n in range(0, len(prices), ROWS_PER_STATEMENT):
        part = prices[n : n + ROWS_PER_STATEMENT]
        values = [value for pair in part for value in pair]
        # UPDATE has the mark of the store after those of the rows.
        db.execute_sql(UPDATE.format(db.param, ", ".join([row] * len(part))), (*values, store_id))


def _base_and_modifiers(product):
    """Return a product's price, and its modifiers by the stripped name and text of each choice."""
    once = _dict(product.get("subscriptionSettings"))
    base = _amount(once.get("oneTimePurchasePrice")) if once.get("subscriptionAllowed") else None
    modifiers = {
        (_text(option, "name"), _text(choice, "text")): (
            _amount(choice.get("priceModifier")) or Decimal(0),
            choice.get("priceModifierType") == "PERCENT",
        )
        for option in map(_dict, _list(product.get("options")))
        for choice in map(_dict, _list(option.get("choices")))
    }
    return _amount(product.get("price")) if base is None else base, modifiers


def _price(variation, base, modifiers):
    own = _amount(variation.get("price"))
    start = (base or Decimal(0)) if own is None else own
    price = start
    for option in map(_dict, _list(variation.get("options"))):
        key = (_text(option, "name"), _text(option, "value"))
        value, is_percent = modifiers.get(key, (Decimal(0), False))
        price += start * value / 100 if is_percent else value
    units = min(max(price, Decimal(0)), Decimal(LARGEST_AMOUNT)) * UNITS
    return int(units.to_integral_value(ROUND_HALF_EVEN))


def _amount(value):
    try:
        amount = Decimal(value) if isinstance(value, int | str | Decimal) else None
    except InvalidOperation:
        return None
    is_usable = amount is not None and amount.is_finite() and abs(amount) < LARGEST_AMOUNT
    return amount if is_usable else None


def _text(record, name):
    return str(record.get(name) or "").strip()


def _dict(value):
    return value if isinstance(value, dict) else {}


def _list(value):
    return value if isinstance(value, list) else []
