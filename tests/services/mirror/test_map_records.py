"""Records become rows without a database; what can't be read is kept apart."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from portal.errors import RecordError
from portal.services.mirror.map_records import map_records

READ_AT = datetime(2026, 3, 1, tzinfo=UTC)


def even_only(store_id: int, payload: Any, read_at: datetime) -> dict[str, Any]:
    if payload % 2:
        raise RecordError("products", str(payload), "id", "is odd")
    return {"store": store_id, "remote_id": payload, "synced_at": read_at}


def test_what_can_be_read_becomes_rows_and_the_rest_is_kept_with_its_reason() -> None:
    mapped = map_records(even_only, 1003, [2, 3, 4], READ_AT)

    assert [row["remote_id"] for row in mapped.rows] == [2, 4]
    assert [(str(error), payload) for error, payload in mapped.refused] == [
        ("products 3: id is odd", 3)
    ]
    assert (mapped.store_id, mapped.read_at, mapped.payloads) == (1003, READ_AT, [2, 3, 4])
