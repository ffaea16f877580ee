"""Answers of a store that are kept for some time, so that not every quote has to ask again.

Kept in Redis for all processes. While it is unavailable, the store is asked each time. Prices,
stock and calculations are never kept. docs/decisions/calls-per-order.md has the age of each answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

import structlog
from redis import Redis, RedisError

from portal.models import utc_now
from portal.models.fields import dump_json, load_json

log = structlog.get_logger(__name__)


class AnswerKind(StrEnum):
    """Subject of a question to the store."""

    PAYMENT_OPTIONS = "payment_options"
    COUPON = "coupon"
    MISSING_SKU = "missing_sku"
    MISSING_CUSTOMER = "missing_customer"
    DELETED_CUSTOMER = "deleted_customer"


LIFETIMES = {
    AnswerKind.PAYMENT_OPTIONS: timedelta(minutes=10),
    AnswerKind.COUPON: timedelta(minutes=1),
    AnswerKind.MISSING_SKU: timedelta(minutes=1),
    AnswerKind.MISSING_CUSTOMER: timedelta(minutes=5),
    AnswerKind.DELETED_CUSTOMER: timedelta(hours=1),
}


@dataclass(frozen=True)
class Answer:
    """A kept answer and the time at which the store was asked."""

    value: Any
    read_at: datetime


@dataclass(frozen=True)
class StoreAnswers:
    """Kept answers of one store."""

    redis: Redis
    store_id: int

    def find(self, kind: AnswerKind, about: str = "") -> Answer | None:
        """Return the kept answer, or None."""
        try:
            text: Any = self.redis.get(self._key(kind, about))
        except RedisError as error:
            log.warning("store_answers.redis_unavailable", error=type(error).__name__)
            return None
        if text is None:
            return None
        kept = load_json(text.decode())
        return Answer(kept["value"], datetime.fromisoformat(kept["read_at"]))

    def keep(self, kind: AnswerKind, value: Any, about: str = "") -> None:
        """Keep an answer that the store has just given."""
        text = dump_json({"value": value, "read_at": utc_now().isoformat()})
        try:
            self.redis.set(self._key(kind, about), text, ex=LIFETIMES[kind])
        except RedisError as error:
            log.warning("store_answers.redis_unavailable", error=type(error).__name__)

    def _key(self, kind: AnswerKind, about: str) -> str:
        # Hashed, because it may be an e-mail address.
        return f"portal:store-answer:{self.store_id}:{kind}:{sha256(about.encode()).hexdigest()}"
