"""Terms on which the calling key's channel sells a store's products."""

from __future__ import annotations

from portal.errors import ConsentRefusedError
from portal.models import ChannelConsent, Store, database
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.channels.consent_refusals import CONSENT_REFUSALS
from portal.rules.orders.sale_terms import SellingPauseReason, SellingSide
from portal.services.channels.sale_terms import pause_selling, resume_selling, set_stock_buffer
from portal.web.api import store_schemas
from portal.web.api.authentication import current_consent, key_rate_limit
from portal.web.api.endpoints import endpoint
from portal.web.api.problems import ProblemError

OURS = SellingSide.CHANNEL


@endpoint(
    "PATCH",
    "/stores/<key:store_id>/selling",
    tag="Stores",
    scope=KeyScope.WRITE_ORDERS,
    limit=key_rate_limit,
    body=store_schemas.SellingChange,
    responses={200: store_schemas.Selling},
    problems=("conflict",),
)
def change_selling(
    store: Store,  # noqa: ARG001 - the consent of the call is to this store
    body: store_schemas.SellingChange,
) -> store_schemas.Selling:
    """Pause or resume your selling of the store's products, or raise your stock buffer.

    This concerns your channel alone. While selling is paused, availability, quotes and orders are
    refused with `selling_paused`, and nothing is `sellable`; you can still read everything. Returns
    409 `conflict` if you try to end a pause by the store's owner, or to lower the stock buffer,
    which only the owner can do. To repeat the call is harmless.
    """
    if body.pause_reason is not None and body.is_paused is not True:
        detail = "A reason can be given only with is_paused: true."
        raise ProblemError("invalid", detail, field="pause_reason", reason="contradiction")
    if body.is_paused is None and body.stock_buffer is None:
        detail = "Send is_paused or stock_buffer."
        raise ProblemError("invalid", detail, field="is_paused", reason="required")
    consent = current_consent()
    try:
        with database.atomic():
            if body.stock_buffer is not None:
                consent = set_stock_buffer(consent, body.stock_buffer, None, OURS)
            if body.is_paused is True:
                consent = pause_selling(consent, body.pause_reason, None, OURS)
            elif body.is_paused is False:
                consent = resume_selling(consent, None, OURS)
    except ConsentRefusedError as refused:
        raise ProblemError("conflict", CONSENT_REFUSALS[refused.reason]) from refused
    return selling_schema(consent)


def selling_schema(consent: ChannelConsent) -> store_schemas.Selling:
    """Return the terms of sale of a consent as the API's struct."""
    by, reason = consent.selling_paused_by, consent.selling_pause_reason
    return store_schemas.Selling(
        stock_buffer=consent.stock_buffer,
        is_paused=consent.selling_paused_at is not None,
        paused_at=consent.selling_paused_at,
        paused_by=None if by is None else SellingSide(by),
        pause_reason=None if reason is None else SellingPauseReason(reason),
    )
