"""Show a store's requests about personal data, and hand out what one of them asked for."""

from __future__ import annotations

from dataclasses import dataclass

from portal.models import (
    AuditLogEntry,
    Merchant,
    PrivacyRequest,
    PrivacyRequestKind,
    PrivacyRequestState,
    Store,
    database,
    utc_now,
)
from portal.services.pagination import KeyPage, page_by_key

# All but what is personal.
_LISTED = (
    PrivacyRequest.id,
    PrivacyRequest.store,
    PrivacyRequest.kind,
    PrivacyRequest.customer_id,
    PrivacyRequest.state,
    PrivacyRequest.counts,
    PrivacyRequest.is_at_ecwid,
    PrivacyRequest.error,
    PrivacyRequest.requested_at,
    PrivacyRequest.due_at,
    PrivacyRequest.finished_at,
    PrivacyRequest.expires_at,
)


@dataclass(frozen=True)
class Download:
    """Hold a document as JSON text, and the name of its file."""

    name: str
    text: str


def list_privacy_requests(
    store: Store, *, after: int | None, before: int | None
) -> KeyPage[PrivacyRequest]:
    """Return a page of the store's requests, the latest first, without their documents."""
    rows = PrivacyRequest.select(*_LISTED).where(PrivacyRequest.store == store)
    return page_by_key(rows, PrivacyRequest.id, after=after, before=before)


def is_downloadable(request: PrivacyRequest) -> bool:
    """Tell whether the request's document should still be there."""
    is_export = (
        request.kind == PrivacyRequestKind.ACCESS and request.state == PrivacyRequestState.DONE
    )
    return is_export and request.expires_at is not None and request.expires_at > utc_now()


def download(store: Store, request_id: int, actor: Merchant) -> Download | None:
    """Return the document of an export and keep who took it; None if there is none (any more)."""
    request = PrivacyRequest.get_or_none(
        PrivacyRequest.id == request_id, PrivacyRequest.store == store
    )
    if request is None or request.document is None or not is_downloadable(request):
        return None
    with database.atomic():
        AuditLogEntry.record(
            store.id,
            "privacy.downloaded",
            f"customer {request.customer_id}",
            actor=actor,
            after={"request": request.id},
        )
    return Download(f"customer-{request.customer_id}.json", request.document)
