"""List the schema changes of all stores, page by page, newest first."""

from __future__ import annotations

from portal.models import SchemaChange, Store
from portal.services.pagination import KeyPage, page_by_key


def list_schema_changes(
    *, after: int | None = None, before: int | None = None
) -> KeyPage[SchemaChange]:
    """Return a page of changes with their stores; for operators only, as it shows every store."""
    changes = SchemaChange.select(SchemaChange, Store).join(Store)
    return page_by_key(changes, SchemaChange.id, after=after, before=before)
