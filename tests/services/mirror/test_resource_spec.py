"""A spec maps records to rows without a database, and keeps unreadable ones with the reason."""

from __future__ import annotations

from datetime import UTC, datetime

from portal.services.mirror.resources import CATEGORIES, PRODUCTS
from tests.factories import category_payload, product_payload

READ_AT = datetime(2026, 3, 1, tzinfo=UTC)


def test_readable_records_become_rows_and_others_keep_their_error() -> None:
    payloads = [category_payload(id=2), category_payload(id="three"), category_payload(id=4)]

    mapped = CATEGORIES.map(1003, payloads, READ_AT)

    assert [record.row["remote_id"] for record in mapped.records] == [2, 4]
    assert [(str(error), payload) for error, payload in mapped.refused] == [
        ("categories three: id is no whole number", payloads[1])
    ]
    assert (mapped.store_id, mapped.read_at, mapped.payloads) == (1003, READ_AT, payloads)


def test_each_record_keeps_its_own_details() -> None:
    sizes = [[{"id": 51}, {"id": 52}], [], [{"id": 71}]]
    payloads = [product_payload(id=i, combinations=sizes[i]) for i in range(3)]

    mapped = PRODUCTS.map(1003, payloads, READ_AT)

    details = [[part["remote_id"] for part in record.details] for record in mapped.records]
    assert details == [[51, 52], [], [71]]
    assert [part["product_id"] for part in mapped.records[2].details] == [2]
