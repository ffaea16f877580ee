"""Show a store's requests about personal data, and hand out what one of them asked for."""

from __future__ import annotations

from dataclasses import dataclass

from portal.models import (
    Audit,
    Merchant,
    PersonalDataRequest,
    RequestKind,
    RequestState,
    Store,
    database,
    utc_now,
)
from portal.services.pagination import KeyPage, page_by_key

# All but what is personal.
_LISTED = (
    PersonalDataRequest.id,
    PersonalDataRequest.store,
    PersonalDataRequest.kind,
    PersonalDataRequest.customer_id,
    PersonalDataRequest.state,
    PersonalDataRequest.counts,
    PersonalDataRequest.is_at_ecwid,
    PersonalDataRequest.error,
    PersonalDataRequest.requested_at,
    PersonalDataRequest.due_at,
    PersonalDataRequest.finished_at,
    PersonalDataRequest.expires_at,
)


@dataclass(frozen=True)
class Download:
    """Hold a document as JSON text, and the name of its file."""

    name: str
    text: str


def browse_requests(
    store: Store, *, after: int | None, before: int | None
) -> KeyPage[PersonalDataRequest]:
    """Return a page of the store's requests, the latest first, without their documents."""
    rows = PersonalDataRequest.select(*_LISTED).where(PersonalDataRequest.store == store)
    return page_by_key(rows, PersonalDataRequest.id, after=after, before=before)


def is_downloadable(request: PersonalDataRequest) -> bool:
    """Tell whether the request's document should still be there."""
    is_export = request.kind == RequestKind.EXPORT and request.state == RequestState.DONE
    return is_export and request.expires_at is not None and request.expires_at > utc_now()


def download(store: Store, request_id: int, who: Merchant) -> Download | None:
    """Return the document of an export and keep who took it; None if there is none (any more)."""
    request = PersonalDataRequest.get_or_none(
        PersonalDataRequest.id == request_id, PersonalDataRequest.store == store
    )
    if request is None or request.document is None or not is_downloadable(request):
        return None
    with database.atomic():
        Audit.note(
            store.id,
            "personal_data.downloaded",
            f"customer {request.customer_id}",
            who=who,
            after={"request": request.id},
        )
    return Download(f"customer-{request.customer_id}.json", request.document)
