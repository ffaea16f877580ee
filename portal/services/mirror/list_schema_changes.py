"""Find the changes of fields that were noticed in all stores, page by page, the newest first."""

from __future__ import annotations

from portal.models import FieldDrift, Store
from portal.services.pagination import KeyPage, page_by_key


def browse_drifts(*, after: int | None = None, before: int | None = None) -> KeyPage[FieldDrift]:
    """Return a page of the changes with their stores; for operators, as it shows every store."""
    drifts = FieldDrift.select(FieldDrift, Store).join(Store)
    return page_by_key(drifts, FieldDrift.id, after=after, before=before)
