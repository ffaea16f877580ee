"""Deprecated endpoints, parameters and fields are announced, documented and counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Annotated, Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from msgspec import Meta, Struct
from redis import Redis
from werkzeug.http import http_date

from portal.config import Settings
from portal.models import Channel
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.channels.deprecated_calls import list_deprecated_calls
from portal.services.runtime import Runtime
from portal.web.api.authentication import key_rate_limit
from portal.web.api.deprecation import Deprecation, deprecated_field, deprecated_names
from portal.web.api.endpoints import Endpoint, as_view_function
from portal.web.api.openapi_operations import build_operation
from portal.web.api.openapi_schemas import build_schemas
from portal.web.app import create_app
from tests.web.api.conftest import Caller

MARCH, MAY = date(2028, 3, 1), date(2028, 5, 1)
SINCE = date(2027, 3, 1)


class OldQuery(Struct, forbid_unknown_fields=True):
    """Query of the endpoint of these tests."""

    page: (
        Annotated[
            int, deprecated_field(Deprecation(SINCE, MAY, "`after`"), "Number of the page.", ge=1)
        ]
        | None
    ) = None
    after: str | None = None


class OldBody(Struct, forbid_unknown_fields=True):
    """Body of the endpoint of these tests."""

    sku: Annotated[str, Meta(max_length=20)] = ""
    code: Annotated[str, deprecated_field(Deprecation(SINCE, MARCH, "`sku`"))] | None = None


def old_orders(query: OldQuery, body: OldBody) -> Any:
    """Submit an order as before."""
    return {"sku": body.sku or body.code, "page": query.page}


def declared(deprecated: Deprecation | None) -> Endpoint:
    """Return an endpoint with a deprecated parameter and field, perhaps deprecated itself."""
    return Endpoint(
        method="POST",
        rule="/old-orders",
        view=old_orders,
        tag="Orders",
        scope=KeyScope.READ_CATALOG,
        limit=key_rate_limit,
        responses={200: OldBody},
        query=OldQuery,
        body=OldBody,
        headers=None,
        problems=("invalid",),
        file_types=(),
        names={},
        sends=(),
        needs=(),
        deprecated=deprecated,
    )


def serve(app: Flask, deprecated: Deprecation | None) -> None:
    view = as_view_function(declared(deprecated))
    app.add_url_rule("/api/v1/old-orders", "api.old_orders", view, methods=["POST"])


def uses(runtime: Runtime) -> list[tuple[str, int]]:
    return [(use.part, use.calls) for use in list_deprecated_calls(runtime)]


def test_each_call_of_a_deprecated_endpoint_names_its_end(
    app: Flask, runtime: Runtime, settings: Settings, market: Caller, channel: Channel
) -> None:
    serve(app, Deprecation(SINCE, MARCH, "`POST /orders`"))

    answers = [market.post("/old-orders", body) for body in ({}, {"nonsense": 1})]

    assert [answer.status_code for answer in answers] == [200, 422]
    since_s = int(datetime(2027, 3, 1, tzinfo=UTC).timestamp())
    for answer in answers:
        assert answer.headers["Deprecation"] == f"@{since_s}"
        assert answer.headers["Sunset"] == http_date(datetime(2028, 3, 1, tzinfo=UTC))
        about = f"<{settings.portal_url}/api/docs#versions>"
        assert answer.headers["Link"].startswith(f'{about}; rel="deprecation"; type="text/html", ')
        assert 'rel="sunset"' in answer.headers["Link"]
    (use,) = list_deprecated_calls(runtime)
    assert (use.part, use.channel, use.calls) == ("old_orders", channel, 2)
    assert 'id="versions"' in app.test_client().get("/api/docs").text


def test_only_calls_that_use_a_deprecated_parameter_or_field_are_announced(
    app: Flask, runtime: Runtime, market: Caller
) -> None:
    serve(app, None)

    plain = market.post("/old-orders?after=x", {"sku": "MUG"})
    parameter = market.post("/old-orders?page=2", {"sku": "MUG"})
    both = market.post("/old-orders?page=2", {"code": "MUG"})
    no_object = market.post("/old-orders", [])

    assert "Deprecation" not in plain.headers
    assert "Sunset" not in no_object.headers
    assert parameter.headers["Sunset"] == http_date(datetime(2028, 5, 1, tzinfo=UTC))
    assert both.headers["Sunset"] == http_date(datetime(2028, 3, 1, tzinfo=UTC))
    assert uses(runtime) == [("old_orders.code", 1), ("old_orders.page", 2)]


def test_document_marks_what_is_deprecated() -> None:
    operation = build_operation(declared(Deprecation(SINCE, MARCH, "`POST /orders`")))

    assert (operation["deprecated"], operation["x-sunset"]) == (True, "2028-03-01")
    sentence = "**Deprecated** since 2027-03-01, works until 2028-03-01. Use `POST /orders`."
    assert sentence in operation["description"]
    for response in operation["responses"].values():
        assert {"Deprecation", "Sunset", "Link"} <= set(response["headers"])
    page, after = operation["parameters"]
    assert (page["deprecated"], page["x-sunset"]) == (True, "2028-05-01")
    assert page["description"].startswith("Number of the page. **Deprecated** since")
    assert page["schema"]["minimum"] == 1
    assert "deprecated" not in after
    assert "deprecated" not in build_operation(declared(None))
    assert list(deprecated_names(OldBody)) == ["code"]
    fields = build_schemas([OldBody], [], [])["OldBody"]["properties"]
    assert (fields["code"]["deprecated"], fields["code"]["x-sunset"]) == (True, "2028-03-01")
    assert "deprecated" not in fields["sku"]


def test_end_less_than_a_year_away_is_refused() -> None:
    with pytest.raises(ValueError, match="less than a year"):
        Deprecation(SINCE, date(2028, 2, 1), "`POST /orders`")


def test_call_works_without_redis_and_is_not_counted(runtime: Runtime, market: Caller) -> None:
    with Redis.from_url("redis://127.0.0.1:1/0") as unreachable:
        app = create_app(replace(runtime, redis=unreachable))
        serve(app, Deprecation(SINCE, MARCH, "`POST /orders`"))
        answer = Caller(app, market.key).post("/old-orders", {})
        command = app.test_cli_runner().invoke(args=("channels", "deprecated-calls"))

    assert (answer.status_code, "Sunset" in answer.headers) == (200, True)
    assert (command.exit_code, "can't be read" in command.output) == (1, True)
    assert uses(runtime) == []


def test_operators_see_who_uses_deprecated_parts(
    app: Flask, runtime: Runtime, market: Caller, channel: Channel
) -> None:
    serve(app, Deprecation(SINCE, MARCH, "`POST /orders`"))
    command = ("channels", "deprecated-calls")
    runner: FlaskCliRunner = app.test_cli_runner()
    assert "nobody has called a deprecated part" in runner.invoke(args=command).output

    market.post("/old-orders", {})

    line = runner.invoke(args=command).output
    assert all(text in line for text in ("old_orders", channel.name, channel.contact_email))
