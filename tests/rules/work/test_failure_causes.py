"""Causes group failures that differ only in ids, numbers and quoted texts."""

from __future__ import annotations

import re
import traceback

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.errors import StoreNotConnectedError
from portal.rules.work.failure_causes import (
    LENGTH_LIMIT,
    failure_cause,
    job_failure_cause,
)

CODES = re.compile(r"\b(?:HTTP|http|SMTP[A-Za-z]*) [1-5]\d\d\b(?: [245]\.\d{1,2}\.\d{1,2}\b)?")
WORDS = st.sampled_from(["the", "answer", "can't", "GET", "/products", "HTTP 503", "isn't", "JSON"])
IDS = st.one_of(
    st.integers(min_value=0).map(str),
    st.uuids().map(str),
    st.emails(),
    st.from_regex(r"https?://[a-z]{1,8}\.example/[a-z0-9?=&]{0,8}", fullmatch=True),
    st.from_regex(r"'[a-z ]{1,9}'", fullmatch=True),
)


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        ("store 1003: GET /products/17: HTTP 503", "GET /products/…: HTTP 503"),
        ("store 5 has no token in force", "has no token in force"),
        (
            "store 9: POST /orders: HTTP 409 SKU_TAKEN: it's taken",
            "POST /orders: HTTP 409 SKU_TAKEN: it's taken",
        ),
        ("refused: SMTPRecipientsRefused 550 5.1.1", "refused: SMTPRecipientsRefused 550 5.1.1"),
        ("http 500", "http 500"),
        ("no answer from https://a.example/x?t=1 in 25 s", "no answer from … in … s"),
        ("Wrong parameter 'Ada Lovelace' of ada@example.com", "Wrong parameter … of …"),
        ('the value "12" of “name”', "the value … of …"),
        ("due at 2026-11-30T12:00:00+00:00", "due at …+…"),
        ("two\n  lines", "two lines"),
        ("", ""),
    ],
)
def test_cause_keeps_statuses_and_leaves_out_what_varies(error: str, cause: str) -> None:
    assert failure_cause(error) == cause


@settings(max_examples=100)
@given(st.lists(WORDS, min_size=1, max_size=6), st.integers(0, 6), IDS, IDS)
def test_errors_that_differ_in_one_id_have_the_same_cause(
    words: list[str], at: int, one: str, other: str
) -> None:
    def error(varies: str) -> str:
        return " ".join([*words[:at], varies, *words[at:]])

    assert failure_cause(error(one)) == failure_cause(error(other))


@settings(max_examples=100)
@given(st.one_of(st.text(), st.lists(st.one_of(WORDS, IDS)).map(" ".join)))
def test_cause_of_any_text_has_no_number_address_or_url(text: str) -> None:
    cause = failure_cause(text)

    assert not re.search(r"\d|@|://", CODES.sub("", cause))
    assert len(cause) <= LENGTH_LIMIT
    assert "\n" not in cause


def trace(error: Exception, reason: Exception | None = None) -> str:
    """Return the traceback of ``error``, raised from ``reason``."""

    def fail() -> None:
        raise error from reason

    try:
        fail()
    except type(error):
        return traceback.format_exc()
    return ""


def test_cause_of_a_job_is_the_class_with_the_message_if_it_is_ours() -> None:
    ours = trace(StoreNotConnectedError("store 1003 has no token in force"))
    assert job_failure_cause(ours) == "StoreNotConnectedError: has no token in force"
    assert job_failure_cause(trace(StoreNotConnectedError())) == "StoreNotConnectedError"
    assert job_failure_cause(trace(ValueError("Ada Lovelace\nlives: here"))) == "ValueError"


def test_cause_of_a_job_is_the_last_error_of_a_chain() -> None:
    chained = trace(StoreNotConnectedError("store 5 is gone"), reason=ValueError("Ada"))

    assert job_failure_cause(chained) == "StoreNotConnectedError: is gone"


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (
            "Moved to FailedJobRegistry, due to AbandonedJobError, at 2026-11-30 12:00:00",
            "AbandonedJobError",
        ),
        ("", ""),
        ("no traceback at all", ""),
    ],
)
def test_job_without_a_traceback(text: str, cause: str) -> None:
    assert job_failure_cause(text) == cause
