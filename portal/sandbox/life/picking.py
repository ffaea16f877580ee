"""Pick what something happens to."""

from __future__ import annotations

import json
import random

from portal.sandbox.kinds import Body
from portal.sandbox.parts import Parts

CHANCE = random.SystemRandom()
NAMES = {"product": "product", "purchase": "order", "coupon": "coupon", "customer": "customer"}


def one_of(parts: Parts, store_id: int, table: str, where: str = "1") -> Body:
    """Return a record picked at random; raise LookupError if there is none."""
    parts.coupons.expire(store_id)
    row = parts.state.row(
        f"SELECT body FROM {table} WHERE store = ? AND {where} ORDER BY random() LIMIT 1",  # noqa: S608 - our own names
        store_id,
    )
    if row is None:
        raise LookupError(f"the store has no {NAMES[table]} that this could happen to")
    body: Body = json.loads(row["body"])
    return body
