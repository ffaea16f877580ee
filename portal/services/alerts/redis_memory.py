"""Memory of Redis: an alert is open before it is full and refuses writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import structlog
from redis import Redis, RedisError

from portal.models import Alert
from portal.rules.alerts.alert_kinds import PortalAlertKind
from portal.rules.alerts.memory_use import is_almost_full
from portal.services.alerts.portal_conditions import Condition

log = structlog.get_logger(__name__)


def redis_condition(redis: Redis) -> Sequence[Condition]:
    """Return the alert that Redis is almost full, or nothing.

    While Redis doesn't answer, an alert that is open stays open.
    """
    alert = Condition(PortalAlertKind.REDIS_ALMOST_FULL)
    is_open = Alert.select().where(Alert.kind == alert.kind, Alert.resolved_at.is_null()).exists()
    try:
        memory: Any = redis.info("memory")
    except RedisError as error:
        log.warning("redis_memory.unknown", error=type(error).__name__)
        return [alert] if is_open else []
    used_bytes, limit_bytes = memory["used_memory"], memory.get("maxmemory", 0)
    return [alert] if is_almost_full(used_bytes, limit_bytes, is_open=is_open) else []
