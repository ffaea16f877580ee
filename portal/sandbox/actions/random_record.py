"""Random choice of the record that an action changes."""

from __future__ import annotations

import json
import random

from portal.sandbox.parts import Parts
from portal.sandbox.resource_specs import Body

RANDOM = random.SystemRandom()
NAMES = {"product": "product", "purchase": "order", "coupon": "coupon", "customer": "customer"}


def random_record(parts: Parts, store_id: int, table: str, where: str = "1") -> Body:
    """Return a random record; raise LookupError if none meets the condition ``where``."""
    parts.coupons.expire(store_id)
    row = parts.state.row(
        f"SELECT body FROM {table} WHERE store = ? AND {where} ORDER BY random() LIMIT 1",  # noqa: S608 - constant names
        store_id,
    )
    if row is None:
        raise LookupError(f"the store has no {NAMES[table]} for this action")
    body: Body = json.loads(row["body"])
    return body
