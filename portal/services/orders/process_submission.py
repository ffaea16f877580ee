"""Process one submission: quote it again, send it once, and find out its result.

Every step is committed before the next begins, so a worker that continues after a crash knows what
may have happened. An order is sent only in the state *submitting*. If a worker finds that state, it
can't know whether the order was made, so it searches by our reference before it sends anything
again. See docs/decisions/submitting-orders.md.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import structlog

from portal.ecwid.client import EcwidClient
from portal.ecwid.errors import (
    EcwidError,
    EcwidNotFoundError,
    EcwidRateLimitError,
    EcwidTimeoutError,
    EcwidUnavailableError,
    EcwidUnreadableError,
)
from portal.ecwid.order_body import order_body
from portal.i18n import N_
from portal.jobs import SUBMIT_ORDER
from portal.models import OrderSubmission, utc_now
from portal.rules.orders.order_request import OrderRequest
from portal.rules.orders.order_request_json import read_stored_request
from portal.rules.orders.quotes import Quote, ValidationMessage
from portal.rules.orders.submission_states import (
    FINAL_STATES,
    ORDERED_STATES,
    SEND_BACKOFF,
    SubmissionState,
    is_search_conclusive,
)
from portal.services.channels.sale_terms import terms_of_sender
from portal.services.channels.sender_access import has_access
from portal.services.connection.handle_refusals import handle_refusal
from portal.services.orders.find_customer import assign_customer, remember_deleted_customer
from portal.services.orders.find_submitted_order import (
    find_submitted_order,
    mirror_own_order,
    save_own_order,
)
from portal.services.orders.quote_checks import get_working_store
from portal.services.orders.quote_order import quote_order
from portal.services.orders.submission_claims import GRANTED, WAIT, begin_sending
from portal.services.orders.submission_transitions import SubmissionTransitions
from portal.services.orders.waiting_submissions import (
    LEASE_TTL_S,
    due_submission,
    is_in_flight,
    lease_name,
    postpone_waiting,
    wake_followers,
)
from portal.services.runtime import Runtime
from portal.services.work.failures import INTERRUPTIONS, Action, FailurePolicy, error_text
from portal.services.work.leases import Claim, claimed
from portal.services.work.store_concurrency import RETRY_AFTER

log = structlog.get_logger(__name__)

# A stopped store can't be searched, and one that doesn't answer occupies a thread for 25 seconds.
SEARCH_LATER = timedelta(minutes=1)
POLICY = FailurePolicy(SEND_BACKOFF, retries_all=True)


def process_submission(runtime: Runtime, submission_id: int) -> None:
    """Process a submission until it is finished or waits; safe to run twice at the same time.

    While its store doesn't answer, one submission tries it and the others wait.
    """
    row = due_submission(submission_id)
    if row is None:
        return
    with runtime.store_concurrency.limited(SUBMIT_ORDER.queue, row.store_id) as may_begin:
        if may_begin:
            _process(runtime, submission_id)
        else:
            postpone_waiting(row.store_id, utc_now() + RETRY_AFTER)


def _process(runtime: Runtime, submission_id: int) -> None:
    with claimed(lease_name(submission_id), LEASE_TTL_S) as claim:
        if claim is None:
            return
        row = due_submission(submission_id)
        if row is not None:
            SubmissionProcessor(runtime, row, claim).run()
    wake_followers(runtime, submission_id)


class SubmissionProcessor:
    """Processor of one submission, starting from its current state."""

    def __init__(self, runtime: Runtime, row: OrderSubmission, claim: Claim) -> None:
        self._runtime = runtime
        self._row = row
        self._claim = claim
        self._transitions = SubmissionTransitions(row)
        self._client: EcwidClient | None = None

    def run(self) -> None:
        """Process the submission until it is finished or has to wait."""
        try:
            if self._row.state in ORDERED_STATES:
                mirror_own_order(self._get_client(), self._row, self._transitions)
                return
            if self._row.state == SubmissionState.SUBMITTING:
                self._transitions.mark_unknown("Who sent it ended before Ecwid's answer came")
            request = read_stored_request(self._row.request)
            if self._row.state == SubmissionState.UNKNOWN and not self._confirm_absent(request):
                return
            if self._still_waits():
                return
            quote = self._validate(request)
            if quote is not None:
                self._send(request, quote)
        except INTERRUPTIONS:
            raise
        except Exception as error:  # noqa: BLE001 - any error must be stored in the row
            self._handle_failure(error)

    def _still_waits(self) -> bool:
        """Return whether the order waits for another one in flight; nothing is read then."""
        other_id = self._row.waits_for
        if other_id is None:
            return False
        if is_in_flight(other_id):
            self._transitions.wait(utc_now() + WAIT, other_id)
            return True
        self._transitions.change(waits_for=None)
        return False

    def _confirm_absent(self, request: OrderRequest) -> bool:
        """Search for the order; return True if it certainly doesn't exist."""
        row, searched_at = self._row, utc_now()
        sent_at = row.sent_at or row.received_at
        created_at = min(sent_at, request.created_at or sent_at)
        found = find_submitted_order(self._get_client(), row.reference, created_at)
        if found is not None:
            save_own_order(row.store_id, found)
            self._transitions.finish(SubmissionState.RESOLVED, found.number, found.order_id)
            return False
        if is_search_conclusive(sent_at, searched_at):
            self._transitions.apply(
                SubmissionState.VALIDATED, "No search shows it: it was not made", searches=0
            )
            return True
        self._transitions.schedule_search()
        return False

    def _validate(self, request: OrderRequest) -> Quote | None:
        """Quote the order again; return None if it was rejected."""
        row = self._row
        if not has_access(row.store_id, row.sender, row.mode):
            text = N_("The store no longer allows the channel to send orders to it.")
            self._transitions.reject([ValidationMessage("access_ended", text)])
            return None
        quote = quote_order(
            self._runtime,
            row.store_id,
            request,
            submission_id=row.id,
            terms=terms_of_sender(row.store_id, row.sender),
        )
        if not quote.is_orderable:
            self._transitions.reject(quote.validation_errors, quote)
            return None
        self._transitions.apply(SubmissionState.VALIDATED, quote=quote.document(), error=None)
        return quote

    def _send(self, request: OrderRequest, quote: Quote) -> None:
        row, client = self._row, self._get_client()
        # Without an id Ecwid assigns the order to the customer with its e-mail address.
        customer_id = quote.customer.id
        body = order_body(request, quote, reference=row.reference, customer_id=customer_id)
        if not self._begin_sending(quote, customer_id):
            return
        try:
            created = client.create_order(body)
        except EcwidRateLimitError as error:
            due_at = utc_now() + timedelta(seconds=error.retry_after_s)
            self._transitions.apply(SubmissionState.VALIDATED, str(error), due_at=due_at)
        except (EcwidUnavailableError, EcwidUnreadableError) as error:
            self._transitions.mark_unknown(str(error))
        except EcwidNotFoundError as error:
            remember_deleted_customer(self._runtime, row.store_id, customer_id)
            self._transitions.apply(SubmissionState.VALIDATED, str(error))
            self._transitions.postpone(error)
        except EcwidError as error:
            handle_refusal(self._runtime, row.store_id, error)
            self._transitions.reject_refused(error, quote)
        else:
            if created.number is None:
                self._transitions.mark_unknown("Ecwid's answer names no order")
                return
            state = SubmissionState.SUBMITTED
            self._transitions.finish(state, created.number, created.order_id)
            found = mirror_own_order(client, row, self._transitions)
            if found is not None:
                assign_customer(client, request, found)

    def _begin_sending(self, quote: Quote, customer_id: int | None) -> bool:
        """Commit the claims and the state *submitting*; return False if the order can't be sent."""
        self._claim.keep()
        result = begin_sending(self._row, quote, self._transitions, customer_id)
        if result == GRANTED:
            return True
        if result.due_at is None:
            self._transitions.reject(result.problems, quote)
        else:
            self._transitions.wait(result.due_at, result.waits_for)
        return False

    def _handle_failure(self, error: Exception) -> None:
        """Store the error and the next step; a stopped store is not called again."""
        row = self._row
        if row.state in FINAL_STATES:
            log.exception("submission.failed_after_finish", submission=row.id)
            if row.due_at is not None:
                self._transitions.change(due_at=utc_now() + SEARCH_LATER)
            return
        if row.state == SubmissionState.SUBMITTING:
            self._transitions.mark_unknown(error_text(error))
            return
        stops_store = partial(handle_refusal, self._runtime, row.store_id)
        decision = POLICY.decide(error, row.attempts, stops_store)
        if row.state == SubmissionState.UNKNOWN:
            may_pass = isinstance(error, EcwidError) and error.retryable
            is_quick = may_pass and not isinstance(error, EcwidTimeoutError)
            self._transitions.schedule_search(None if is_quick else SEARCH_LATER, decision.error)
        elif decision.action is Action.STOP:
            text = N_("The store must be reconnected first")
            self._transitions.reject([ValidationMessage("store_not_working", text)])
        elif decision.action is Action.WAIT:
            self._transitions.change(error=decision.error, due_at=decision.due_at)
        else:
            self._transitions.postpone(error)
        log.warning("submission.failed", submission=row.id, error=type(error).__name__)

    def _get_client(self) -> EcwidClient:
        if self._client is None:
            get_working_store(self._row.store_id)
            self._client = self._runtime.client(self._row.store_id)
        return self._client
