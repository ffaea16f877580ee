"""Submissions of orders; an order is never submitted twice (promise 7)."""

from __future__ import annotations

from typing import Annotated

import msgspec
from flask import request
from msgspec import Meta, Struct

from portal.models import Store
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.orders.order_request import OrderRequest
from portal.rules.orders.submission_states import ORDERED_STATES, SubmissionState
from portal.services.orders import dry_run_order as dry_run
from portal.services.orders import submissions
from portal.services.orders import submit_order as submit
from portal.services.orders.submissions import SubmissionView
from portal.web.api import order_schemas, submission_schemas
from portal.web.api.authentication import key_rate_limit, may_use
from portal.web.api.endpoints import endpoint
from portal.web.api.list_parameters import After, Limit
from portal.web.api.order_writes import (
    errors_as_problems,
    location_url,
    polled,
    sender,
    wait_s,
)
from portal.web.api.pagination import cursor_after_row, decode_cursor, page_response
from portal.web.api.problems import ProblemError
from portal.web.api.responses import ApiResponse
from portal.web.api.views.order_quotes import QUOTE_PROBLEMS, quote_schema
from portal.web.outside_calls import calls_other_servers
from portal.web.runtime import current_runtime

REPLAYED = "Idempotency-Replayed"


class SubmissionsQuery(Struct, forbid_unknown_fields=True):
    """Query of the list of submissions."""

    limit: Limit = 50
    after: After = None
    state: Annotated[
        SubmissionState | None, Meta(description="Return only submissions in this state.")
    ] = None
    idempotency_key: (
        Annotated[str, Meta(max_length=255, description="Return only the one with this key.")]
        | None
    ) = None
    channel_reference: (
        Annotated[str, Meta(max_length=255, description="Return only those of your own number.")]
        | None
    ) = None
    order_number: (
        Annotated[str, Meta(max_length=255, description="Return only the one of this order.")]
        | None
    ) = None
    reference: (
        Annotated[str, Meta(max_length=255, description="Return only the one with this reference.")]
        | None
    ) = None


@endpoint(
    "POST",
    "/stores/<key:store_id>/orders",
    tag="Orders",
    scope=KeyScope.WRITE_ORDERS,
    limit=key_rate_limit,
    body=OrderRequest,
    headers=submission_schemas.SubmissionHeaders,
    responses={201: submission_schemas.Submission, 202: submission_schemas.Submission},
    needs=("email",),
    sends=("Location", REPLAYED),
    problems=(
        "store_not_working",
        "idempotency_key_invalid",
        "idempotency_key_reused",
        "order_rejected",
    ),
)
def submit_order(store: Store, body: OrderRequest) -> ApiResponse:
    """Submit an order to the store.

    Idempotent: however often you repeat the request, the store gets one order. Returns 201 when the
    order is in the store and its id is known, 422 `order_rejected` with a new quote if it was
    rejected, and 202 with a `Location` to poll if the outcome isn't known within 5 s. A request
    with the same key and body returns the same submission, with the header
    `Idempotency-Replayed: true`.
    """
    key = request.headers.get("Idempotency-Key", "")
    with errors_as_problems():
        taken = submit.submit_order(current_runtime(), store.id, sender(), key, body)
    with wait_s() as timeout_s:
        view = submissions.wait_for_submission(taken.submission.id, timeout_s)
    headers = {"Location": location_url("get_submission", store, submission_id=view.id)}
    if taken.is_replayed:
        headers[REPLAYED] = "true"
    if not view.has_outcome:
        return ApiResponse(_submission_schema(view), 202, polled(headers))
    if view.state not in ORDERED_STATES:
        detail = "; ".join(error.get("message", error["code"]) for error in view.validation_errors)
        more = {"submission": _submission_schema(view)}
        raise ProblemError("order_rejected", detail, more=more, headers=headers)
    return ApiResponse(_submission_schema(view), 201, headers)


@endpoint(
    "POST",
    "/stores/<key:store_id>/orders/dry-run",
    tag="Orders",
    scope=KeyScope.WRITE_ORDERS,
    limit=key_rate_limit,
    body=OrderRequest,
    headers=submission_schemas.DryRunHeaders,
    responses={200: submission_schemas.DryRun},
    needs=("email",),
    sends=(REPLAYED,),
    problems=(*QUOTE_PROBLEMS, "idempotency_key_invalid", "idempotency_key_reused"),
)
@calls_other_servers
def dry_run_order(store: Store, body: OrderRequest) -> ApiResponse:
    """Check an order as if it were submitted, and return what would be sent to the store.

    Nothing is stored, reserved or sent, and the idempotency key stays unused. Costs as much of the
    store's quota as a quote. If this order was submitted with the key already, the response has the
    header `Idempotency-Replayed: true`: submitting it again would return that submission.
    """
    key = request.headers.get("Idempotency-Key")
    with errors_as_problems():
        found = dry_run.dry_run_order(current_runtime(), store.id, sender(), key, body)
    quote = quote_schema(found.quote.document())
    outcome = submission_schemas.DryRun(found.quote.is_orderable, quote, found.order)
    return ApiResponse(outcome, headers={REPLAYED: "true"} if found.is_known else {})


@endpoint(
    "GET",
    "/stores/<key:store_id>/submissions",
    tag="Orders",
    scope=KeyScope.WRITE_ORDERS,
    limit=key_rate_limit,
    query=SubmissionsQuery,
    responses={200: submission_schemas.SubmissionPage},
    sends=("Link",),
)
def list_submissions(store: Store, query: SubmissionsQuery) -> ApiResponse:
    """List submissions, newest first.

    Find one by its idempotency key, by your own number of the order or by the store's. Returns the
    submissions of your channel, or with the scope `read_orders` all submissions of the store.
    """
    after = decode_cursor(query.after)
    found = submissions.list_submissions(
        store.id,
        states=(query.state,) if query.state else (),
        sender=None if _may_read_all_submissions() else sender().name,
        before_id=after and after.remote_id,
        limit=query.limit + 1,
        **{name: getattr(query, name) for name in submissions.LOOK_UP_FIELDS},
    )
    rows = found[: query.limit]
    last = rows[-1].id if len(found) > query.limit else None
    return page_response([_submission_schema(view) for view in rows], cursor_after_row(last))


@endpoint(
    "GET",
    "/stores/<key:store_id>/submissions/<key:submission_id>",
    tag="Orders",
    scope=KeyScope.WRITE_ORDERS,
    limit=key_rate_limit,
    responses={200: submission_schemas.Submission},
)
def get_submission(store: Store, submission_id: int) -> submission_schemas.Submission:
    """Retrieve a submission."""
    view = submissions.find_submission(store.id, submission_id)
    if view is None or not (_may_read_all_submissions() or view.sender == sender().name):
        raise ProblemError("not_found", "The store has no submission with this ID.")
    return _submission_schema(view)


def _submission_schema(view: SubmissionView) -> submission_schemas.Submission:
    return submission_schemas.Submission(
        id=view.id,
        state=view.state,
        is_finished=view.is_finished,
        idempotency_key=view.idempotency_key,
        reference=view.reference,
        channel_reference=view.channel_reference,
        order_number=view.order_number,
        order_id=view.order_id,
        validation_errors=msgspec.convert(
            view.validation_errors, list[order_schemas.ValidationMessage]
        ),
        quote=None if view.quote is None else quote_schema(view.quote),
        error=view.error,
        received_at=view.received_at,
        finished_at=view.finished_at,
        history=[
            submission_schemas.SubmissionStep(step.state, step.happened_at, step.detail)
            for step in view.history
        ],
    )


def _may_read_all_submissions() -> bool:
    return may_use(KeyScope.READ_ORDERS)
