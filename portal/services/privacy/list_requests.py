"""List of a store's privacy requests, and download of exports."""

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
from portal.rules.accounts.audit_actions import AuditAction
from portal.services.pagination import KeyPage, page_by_key

# All columns except those with personal data.
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
    PrivacyRequest.held_until,
    PrivacyRequest.finished_at,
    PrivacyRequest.expires_at,
)


@dataclass(frozen=True)
class Download:
    """Document as JSON text, and its file name."""

    name: str
    text: str


def list_privacy_requests(
    store: Store, *, after: int | None, before: int | None
) -> KeyPage[PrivacyRequest]:
    """Return a page of the store's requests, newest first, without their documents."""
    rows = PrivacyRequest.select(*_LISTED).where(PrivacyRequest.store == store)
    return page_by_key(rows, PrivacyRequest.id, after=after, before=before)


def is_downloadable(request: PrivacyRequest) -> bool:
    """Return whether the request is a finished export that hasn't expired."""
    is_export = (
        request.kind == PrivacyRequestKind.ACCESS and request.state == PrivacyRequestState.DONE
    )
    return is_export and request.expires_at is not None and request.expires_at > utc_now()


def download(store: Store, request_id: int, actor: Merchant) -> Download | None:
    """Return an export's document and record the download in the audit log; None if it is gone."""
    request = PrivacyRequest.get_or_none(
        PrivacyRequest.id == request_id, PrivacyRequest.store == store
    )
    if request is None or request.document is None or not is_downloadable(request):
        return None
    with database.atomic():
        AuditLogEntry.record(
            store.id,
            AuditAction.PRIVACY_DOWNLOADED,
            f"customer {request.customer_id}",
            actor=actor,
            after={"request": request.id},
        )
    return Download(f"customer-{request.customer_id}.json", request.document)
