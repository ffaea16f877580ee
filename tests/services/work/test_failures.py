"""A rate limit waits, a refusal stops the store, a passing fault backs off, the rest is final."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.ecwid.errors import (
    CallFacts,
    EcwidInvalidError,
    EcwidRateLimitError,
    EcwidTimeoutError,
    EcwidTokenError,
    EcwidUnavailableError,
)
from portal.errors import (
    PortalError,
    RecordError,
    SealedTokenError,
    StoreNotConnectedError,
)
from portal.models import utc_now
from portal.rules.work.backoff import HANGING_WAIT_S, Backoff
from portal.services.work.failures import NO_TOKEN_WAIT, Action, FailurePolicy, error_text

FACTS = CallFacts(1003, "GET", "/products")
BACKOFF = Backoff((10.0, 60.0))
POLICY = FailurePolicy(BACKOFF)
PATIENT = FailurePolicy(BACKOFF, retries_all=True)
UNAVAILABLE = EcwidUnavailableError(FACTS)


def never(_: PortalError) -> bool:
    """React to a refused call as if the store could still be called."""
    return False


def always(_: PortalError) -> bool:
    """React to a refused call by stopping the store."""
    return True


@pytest.mark.parametrize("policy", [POLICY, PATIENT])
def test_a_rate_limit_waits_as_long_as_ecwid_asks_and_counts_no_failure(
    policy: FailurePolicy,
) -> None:
    before = utc_now()
    decision = policy.decide(EcwidRateLimitError(FACTS, 30), 7, never)

    assert (decision.action, decision.attempts) == (Action.WAIT, 7)
    assert decision.due_at is not None
    assert timedelta(seconds=30) <= decision.due_at - before < timedelta(seconds=40)


@pytest.mark.parametrize("policy", [POLICY, PATIENT])
def test_a_refusal_that_stops_the_store_counts_no_failure(policy: FailurePolicy) -> None:
    decision = policy.decide(EcwidTokenError(FACTS), 1, always)

    assert (decision.action, decision.attempts) == (Action.STOP, 1)


def test_work_of_a_stopped_store_stays_due() -> None:
    error = EcwidTokenError(FACTS)

    assert POLICY.decide(error, 1, always).changes == {"attempts": 1, "error": str(error)}


@pytest.mark.parametrize("kind", [StoreNotConnectedError, SealedTokenError])
def test_work_of_a_working_store_without_a_token_waits_a_moment(kind: type[PortalError]) -> None:
    before = utc_now()
    decision = POLICY.decide(kind("no token"), 1, never)

    assert (decision.action, decision.attempts) == (Action.WAIT, 1)
    assert decision.due_at is not None
    assert decision.due_at >= before + NO_TOKEN_WAIT


def test_every_error_of_ours_is_shown_to_the_reaction_but_no_bug() -> None:
    seen: list[PortalError] = []

    def note(error: PortalError) -> bool:
        seen.append(error)
        return False

    sealed = SealedTokenError("no key")
    for error in (UNAVAILABLE, sealed, KeyError("bug")):
        POLICY.decide(error, 0, note)

    assert seen == [UNAVAILABLE, sealed]


@pytest.mark.parametrize("policy", [POLICY, PATIENT])
def test_a_passing_fault_backs_off(policy: FailurePolicy) -> None:
    before = utc_now()
    decision = policy.decide(UNAVAILABLE, 1, never)

    assert (decision.action, decision.attempts) == (Action.RETRY, 2)
    assert decision.due_at is not None
    assert timedelta(seconds=54) <= decision.due_at - before < timedelta(seconds=76)


def test_work_waits_longer_after_a_timeout() -> None:
    before = utc_now()
    decision = POLICY.decide(EcwidTimeoutError(FACTS), 0, never)

    assert (decision.action, decision.attempts) == (Action.RETRY, 1)
    assert decision.due_at is not None
    assert decision.due_at - before >= timedelta(seconds=0.9 * HANGING_WAIT_S)


@pytest.mark.parametrize("policy", [POLICY, PATIENT])
def test_a_passing_fault_is_final_after_the_last_attempt(policy: FailurePolicy) -> None:
    decision = policy.decide(UNAVAILABLE, 2, never)

    assert (decision.action, decision.attempts, decision.due_at) == (Action.FINISH, 3, None)


@given(attempts=st.integers(0, 100_000))
def test_endless_work_is_never_finished_by_a_passing_fault(attempts: int) -> None:
    policy = FailurePolicy(Backoff((10.0, 60.0), is_endless=True))

    assert policy.decide(UNAVAILABLE, attempts, never).action is Action.RETRY


PERMANENT = [EcwidInvalidError(FACTS), RecordError("products", "5", "price", "is bad"), KeyError()]


@pytest.mark.parametrize("error", PERMANENT)
def test_a_permanent_error_or_a_bug_is_final(error: Exception) -> None:
    assert POLICY.decide(error, 0, never).action is Action.FINISH


@pytest.mark.parametrize("error", PERMANENT)
def test_a_policy_may_retry_permanent_errors_and_bugs(error: Exception) -> None:
    assert PATIENT.decide(error, 0, never).action is Action.RETRY
    assert PATIENT.decide(error, 2, never).action is Action.FINISH


def test_the_changes_of_a_decision_are_columns_of_the_row() -> None:
    decision = POLICY.decide(UNAVAILABLE, 0, never)

    assert decision.changes == {
        "attempts": 1,
        "error": str(UNAVAILABLE),
        "due_at": decision.due_at,
    }


def test_the_text_of_an_error_quotes_only_our_own_messages() -> None:
    assert error_text(RecordError("orders", "7", "total", "is bad")) == "orders 7: total is bad"
    assert error_text(ValueError("jane@example.com")) == "unexpected ValueError"
