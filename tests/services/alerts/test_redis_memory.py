"""Operators hear of a Redis that is almost full before it refuses writes."""

from __future__ import annotations

from portal.models import Alert, Merchant
from portal.services.alerts.update_alerts import update_alerts
from portal.services.runtime import Runtime
from tests.redis_memory import full_redis


def open_kinds() -> list[str]:
    return [row.kind for row in Alert.select().where(Alert.resolved_at.is_null())]


def test_alert_is_open_while_redis_is_full(runtime: Runtime, operator: Merchant) -> None:
    with full_redis(runtime.redis):
        assert update_alerts(runtime) == 1
        assert update_alerts(runtime) == 0
        assert open_kinds() == ["redis_almost_full"]

    update_alerts(runtime)

    assert open_kinds() == []


def test_unreachable_redis_changes_nothing(runtime: Runtime, operator: Merchant) -> None:
    with full_redis(runtime.redis):
        update_alerts(runtime)
    runtime.redis.connection_pool.disconnect()
    runtime.redis.connection_pool.reset()
    runtime.redis.connection_pool.connection_kwargs["path"] = "/nowhere.sock"

    update_alerts(runtime)
    assert open_kinds() == ["redis_almost_full"]

    Alert.delete().execute()
    update_alerts(runtime)
    assert open_kinds() == []
