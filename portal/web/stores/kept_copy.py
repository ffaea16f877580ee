"""Status of the mirror that is kept for a disconnected store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.models import Store, StoreDataErasure
from portal.services.connection.erase_store_data import erasure_due_at, last_erasure
from portal.web.runtime import current_runtime
from portal.web.stores.access import is_owner_of


@dataclass(frozen=True)
class KeptCopy:
    """Mirror of a disconnected store; ``is_owner`` if the signed-in merchant may erase it."""

    erases_at: datetime
    erasure: StoreDataErasure | None
    is_owner: bool

    @property
    def is_erasing(self) -> bool:
        """Return whether an erasure is in progress."""
        return self.erasure is not None and self.erasure.finished_at is None


def kept_copy_of(store: Store) -> KeptCopy | None:
    """Return the status of a disconnected store's mirror; None if the store is connected."""
    at = erasure_due_at(store, current_runtime().settings.mirror_retention_days)
    if at is None:
        return None
    return KeptCopy(at, last_erasure(store), is_owner_of(store))
