"""The API does what its OpenAPI document says: schemathesis makes valid and invalid calls."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as bounds
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode, Response, openapi
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.config import GenerationConfig, SchemathesisConfig
from schemathesis.core.failures import Failure, FailureGroup

from portal.config import Settings
from portal.models import Store
from portal.sandbox.parts import Parts
from portal.services.records.write_exports import write_export
from portal.services.runtime import Runtime
from portal.web.api.endpoints import registry
from tests.web.api.conftest import Caller

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Number of generated calls per endpoint, once with valid and once with invalid data.
CALLS = int(os.environ.get("CONFORMANCE_CALLS", "3"))
# Also make the calls at the boundaries of each schema, some thousands.
WITH_BOUNDARIES = "CONFORMANCE_BOUNDARIES" in os.environ
# Path parameters of existing rows, used in three of four calls.
KNOWN = {
    "store_id": 1003,
    "product_id": 5,
    "variation_id": 51,
    "category_id": 7,
    "order_id": 90,
    "customer_id": 12,
    "coupon_id": 33,
    "run_id": 1,
    "export_id": 1,
    "submission_id": 1,
    "update_id": 1,
    "name": "products",
    "form": "csv",
    "event_id": "6f1c2a34-5b6d-4e7f-8a90-b1c2d3e4f506",
    "resource": "products",
    "action": "pause",
    "key_id": 2,
    "endpoint_id": 1,
    "delivery_id": 1,
    "link_id": 1,
}
CREATED_FIRST = (
    "create_export",
    "submit_order",
    "update_order",
    "create_key",
    "create_webhook_endpoint",
    "send_webhook_test_event",
    "create_connect_link",
)
# Codes of calls that are valid by the schema, and refused because of what is there or in another
# parameter. No schema can express them.
BY_STATE = {
    "gone",
    "precondition_failed",
    "precondition_required",
    "idempotency_key_reused",
    "order_rejected",
}
FIELD_BY_STATE = {"contradiction", "not_allowed", "invalid_cursor"}
# Quotes explain what is wrong with any text here, so the document doesn't list the countries.
COUNTRIES = {f"{person}.country_code" for person in ("shipping_person", "billing_person")}


class ManyAddresses:
    """WSGI application whose clients have an address each: refused keys are counted by address."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app
        self._numbers = count(1)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        number = next(self._numbers)
        environ["REMOTE_ADDR"] = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        answer = self._app(environ, start_response)
        try:
            return [b"".join(answer)]
        finally:
            # Else the file of a download stays open.
            getattr(answer, "close", lambda: None)()


@dataclass
class Examiner:
    """Sends calls and keeps the first failure of each kind."""

    headers: dict[str, str]
    failures: dict[tuple[str, str, int], str] = field(default_factory=dict)
    succeeded: set[str] = field(default_factory=set)

    def send(self, case: Case) -> None:
        """Send a call and run all checks."""
        name = str(case.operation.definition.raw["operationId"])
        response = case.call(headers=self.headers)
        try:
            # Repeated calls of the checks have the headers, too.
            case.validate_response(response, checks=list(checks_of(response)), headers=self.headers)
        except (Failure, FailureGroup) as error:
            for failure in error.exceptions if isinstance(error, FailureGroup) else [error]:
                kind = (failure.title, name, response.status_code)
                text = f"{failure.message}\n{case.as_curl_command()}\n{response.text[:500]}"
                self.failures.setdefault(kind, text)
        if response.status_code < 300:
            self.succeeded.add(name)


def checks_of(response: Response) -> Iterator[Any]:
    """Yield all checks; a valid call that is refused because of the state need not be accepted."""
    for check in CHECKS.get_all():
        if check.__name__ == "positive_data_acceptance" and is_refused_by_state(response):
            continue
        if check.__name__ != "max_response_time":
            yield check


def is_refused_by_state(response: Response) -> bool:
    """Return whether the call would be accepted in another state."""
    if "problem+json" not in response.headers.get("content-type", [""])[0]:
        return False
    problem = response.json()
    errors = problem.get("errors", [])
    codes = {error["code"] for error in errors if error["field"] not in COUNTRIES}
    return problem["code"] in BY_STATE or bool(errors and codes <= FIELD_BY_STATE)


def with_known_rows(case: Case) -> Case:
    """Return a call about rows that exist, with a cursor that was issued."""
    case.path_parameters = {n: KNOWN.get(n, x) for n, x in (case.path_parameters or {}).items()}
    query = dict(case.query or {})
    if "after" in query and case.operation.definition.raw["operationId"] == "list_changes":
        case.query = query | {"after": "now", "store": 1003}
    return case


def make_calls(examiner: Examiner, operation: Any, mode: GenerationMode) -> None:
    """Make generated calls of one endpoint."""
    is_valid = mode is GenerationMode.POSITIVE

    @bounds(
        max_examples=CALLS,
        database=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    @given(
        case=operation.as_strategy(generation_mode=mode),
        is_known=st.sampled_from([True, True, True, False]),
    )
    def call(case: Case, *, is_known: bool) -> None:
        examiner.send(with_known_rows(case) if is_known and is_valid else case)

    call()
    if WITH_BOUNDARIES:
        for case in operation.schema.iter_coverage_cases(
            operation, generation_modes=[mode], generation_config=GenerationConfig(modes=[mode])
        ):
            examiner.send(with_known_rows(case) if is_valid else case)


@pytest.fixture
def portal_database_url(postgresql_database_url: str) -> str:
    """PostgreSQL, because it rejects more input than SQLite."""
    return postgresql_database_url


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings with an unlimited number of API calls."""
    return replace(settings, api_requests_per_minute=1_000_000, api_burst=1_000_000)


# The tests of each endpoint measure its code.
@pytest.mark.unmeasured
def test_generated_calls_get_what_the_document_says(
    app: Flask, runtime: Runtime, market: Caller, mirror: Store, shop: Parts
) -> None:
    load_all_checks()
    document = openapi.from_wsgi(
        "/api/v1/openapi.json", ManyAddresses(app.wsgi_app), config=SchemathesisConfig()
    )
    key = f"Bearer {market.key}"
    examiner = Examiner({"Authorization": key, "Accept-Encoding": "identity", "Prefer": "wait=0"})
    for name in CREATED_FIRST:
        market.send_example(name)
    write_export(runtime, 1)

    operations = [found.ok() for found in document.get_all_operations()]
    # Reading calls come first, before others delete their records.
    for operation in sorted(operations, key=lambda each: each.method != "get"):
        for mode in GenerationMode:
            make_calls(examiner, operation, mode)

    assert examiner.failures == {}
    # Generated writes rarely succeed. The examples cover their success.
    assert examiner.succeeded >= {
        declared.name for declared in registry.endpoints if declared.method == "GET"
    }
