"""Keep the data of erased persons out of the mirror, even if Ecwid still sends it.

Callers are about to write rows, in a transaction that holds the lock on the table's count. So an
erasure is either visible here already, or waits for this transaction and then finds its rows. In a
store without erasures this costs one primary key lookup per page.

The rows are erased before they are written: otherwise a record that is read again would differ from
the erased one in the mirror, and would be reported as changed each time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.models import (
    Customer,
    MirrorTable,
    Order,
    Quarantine,
    Resource,
    SuppressionEntry,
)
from portal.models.bulk import StoredRow
from portal.models.fields import dump_json, load_json
from portal.models.search_document import reindex
from portal.rules.privacy.data_subject_keys import customer_key, data_subject_keys, email_key
from portal.rules.privacy.redaction import (
    CUSTOMER_ALLOWLIST,
    ORDER_ALLOWLIST,
    FieldAllowlist,
    redact,
)

BATCH = 200
# Columns with personal data, and their values after an erasure.
ORDER_COLUMNS: dict[str, Any] = {"email": None, "buyer_name": None, "tracking_number": None}
CUSTOMER_COLUMNS: dict[str, Any] = {
    "email": None,
    "email_as_given": None,
    "name": None,
    "phone": None,
    "country_code": None,
    "group_id": None,
    "group_name": None,
    "order_count": None,
    "sales_value": None,
    "accepts_marketing": False,
}


@dataclass(frozen=True)
class PersonalData:
    """Personal data in a resource's records.

    ``id_name`` is the field with the customer's id; ``allowlist`` are the fields without personal
    data.
    """

    resource: Resource
    table: type[MirrorTable]
    id_name: str
    allowlist: FieldAllowlist


ORDER_DATA = PersonalData(Resource.ORDERS, Order, "customerId", ORDER_ALLOWLIST)
CUSTOMER_DATA = PersonalData(Resource.CUSTOMERS, Customer, "id", CUSTOMER_ALLOWLIST)


def suppress_orders(store_id: int, rows: Sequence[StoredRow]) -> int:
    """Erase suppressed persons from orders to be written; return how many rows changed.

    Orders placed after the erasure are new data and stay.
    """
    if not rows or not SuppressionEntry.exists_for(store_id):
        return 0
    erased = SuppressionEntry.matching(
        store_id, (key for row in rows for key in _keys(store_id, row))
    )
    return sum(
        _erase_row(row, ORDER_ALLOWLIST, ORDER_COLUMNS)
        for row in rows
        if any(_is_older(row, erased[key]) for key in _keys(store_id, row) if key in erased)
    )


def suppress_customers(store_id: int, rows: Sequence[StoredRow]) -> int:
    """Erase suppressed persons from customers to be written; return how many rows changed."""
    if not rows or not SuppressionEntry.exists_for(store_id):
        return 0
    by_key = {customer_key(row["remote_id"]): row for row in rows}
    erased = SuppressionEntry.matching(store_id, by_key)
    return sum(_erase_row(by_key[key], CUSTOMER_ALLOWLIST, CUSTOMER_COLUMNS) for key in erased)


def suppress_quarantined(store_id: int, data: PersonalData, refused: Iterable[Any]) -> int:
    """Erase suppressed persons from records just quarantined; return how many entries changed."""
    data.table.lock(store_id)
    if not SuppressionEntry.exists_for(store_id):
        return 0
    keys = {
        key for payload in refused for key in data_subject_keys(store_id, payload, data.id_name)
    }
    erased = set(SuppressionEntry.matching(store_id, keys))
    return erase_quarantined(store_id, data, erased) if erased else 0


def erase_orders(store_id: int, order_ids: Sequence[int]) -> int:
    """Erase personal data from these orders; return how many orders had any.

    Totals, items and coupon stay.
    """
    if not order_ids:
        return 0
    changed: list[int] = []
    for row in Order.select(Order.remote_id, Order.raw).where(Order.matching(store_id, order_ids)):
        left = redact(row.raw, ORDER_ALLOWLIST) or {}
        if left == row.raw:
            continue
        changed.append(row.remote_id)
        Order.update(ORDER_COLUMNS | {"raw": left}).where(
            Order.store == store_id, Order.remote_id == row.remote_id
        ).execute()
    if changed:
        reindex(Order, store_id, order_ids)
        Order.record_erasure(store_id, changed)
    return len(changed)


def erase_customers(store_id: int, customer_ids: Sequence[int]) -> int:
    """Erase all but the ids and dates of these customers; return how many had more."""
    if not customer_ids:
        return 0
    changed: list[int] = []
    rows = Customer.select(Customer.remote_id, Customer.raw)
    for row in rows.where(Customer.matching(store_id, customer_ids)):
        left = redact(row.raw, CUSTOMER_ALLOWLIST) or {}
        if left == row.raw:
            continue
        changed.append(row.remote_id)
        Customer.update(CUSTOMER_COLUMNS | {"raw": left}).where(
            Customer.store == store_id, Customer.remote_id == row.remote_id
        ).execute()
    if changed:
        reindex(Customer, store_id, customer_ids)
        Customer.record_erasure(store_id, changed)
    return len(changed)


def erase_quarantined(
    store_id: int, data: PersonalData, keys: set[str], entity_ids: Iterable[str] = ()
) -> int:
    """Erase personal data from quarantined records with these keys or ids; return how many."""
    wanted, changed = set(entity_ids), 0
    for entry in quarantine_entries(store_id, data.resource):
        is_theirs = keys & data_subject_keys(store_id, entry.payload, data.id_name)
        if entry.entity_id not in wanted and not is_theirs:
            continue
        left = redact(entry.payload, data.allowlist) or {}
        if left != entry.payload:
            changed += 1
            Quarantine.update(payload=left).where(Quarantine.id == entry.id).execute()
    return changed


def quarantine_entries(store_id: int, resource: Resource) -> Iterator[Quarantine]:
    """Yield all quarantine entries of a resource, resolved ones too; reads them in batches."""
    entries = Quarantine.select(Quarantine.id, Quarantine.entity_id, Quarantine.payload).where(
        Quarantine.store == store_id, Quarantine.resource == resource
    )
    after_id = 0
    while part := list(
        entries.where(Quarantine.id > after_id).order_by(Quarantine.id).limit(BATCH)
    ):
        yield from part
        after_id = part[-1].id


def _erase_row(row: StoredRow, allowlist: FieldAllowlist, columns: dict[str, Any]) -> bool:
    """Erase personal data from a row to be written; return whether it had any."""
    reported = load_json(row["raw"])
    left = redact(reported, allowlist) or {}
    if left == reported:
        return False
    row.update(columns, raw=dump_json(left))
    return True


def _keys(store_id: int, row: StoredRow) -> Iterable[str]:
    if row["customer_id"] is not None:
        yield customer_key(row["customer_id"])
    if row["email"]:
        yield email_key(store_id, row["email"])


def _is_older(row: StoredRow, erased_at: datetime) -> bool:
    """Return whether an order existed at the erasure; True if its creation time is unknown."""
    reported = load_json(row["raw"])
    if not reported.get("createDate") and not reported.get("createTimestamp"):
        return True
    return datetime.fromisoformat(row["remote_created_at"]) <= erased_at
