"""Decorator that declares an API endpoint, checks its calls and documents it in OpenAPI."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar

import msgspec
from flask import Response

from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.api_keys.token_bucket import Bucket
from portal.web.api.authentication import (
    check_scope,
    current_key,
    get_store_for_key_or_404,
)
from portal.web.api.blueprint import blueprint
from portal.web.api.call_limits import count_call
from portal.web.api.deprecation import Deprecation, announce_used
from portal.web.api.request_parsing import NoQuery, read_body, read_query
from portal.web.api.responses import ApiResponse, json_response
from portal.web.compression import compress

# Problems of all calls; an unknown query parameter is `invalid`.
_EVERYWHERE = (
    "key_missing",
    "key_unknown",
    "key_expired",
    "key_suspended",
    "address_not_allowed",
    "invalid",
    "rate_limited",
    "internal",
    "unavailable",
)

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Endpoint:
    """One endpoint; `endpoint` documents the fields."""

    method: str
    rule: str
    view: Callable[..., Any]
    tag: str
    scope: KeyScope | None
    limit: Callable[[], Sequence[Bucket]]
    responses: Mapping[int, Any]
    query: type[msgspec.Struct] | None
    body: type[msgspec.Struct] | None
    headers: type[msgspec.Struct] | None
    problems: tuple[str, ...]
    file_types: tuple[str, ...]
    names: Mapping[str, tuple[str, ...]]
    sends: tuple[str, ...]
    needs: tuple[str, ...]
    deprecated: Deprecation | None = None

    @property
    def name(self) -> str:
        """Return the operation ID in the OpenAPI document."""
        return str(self.view.__name__)

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes of all problems that a call may get."""
        codes = [*_EVERYWHERE]
        if self.scope is not None:
            codes.append("scope_missing")
        if "<" in self.rule:
            codes.append("not_found")
        if "store_id" in self.rule:
            codes.append("store_disconnected")
        if self.body is not None:
            codes += ["bad_json", "not_json", "too_large"]
        return (*codes, *self.problems)


@dataclass
class Registry:
    """All endpoints, in the order of their declaration."""

    endpoints: list[Endpoint] = field(default_factory=list)


registry = Registry()


def endpoint(
    method: str,
    rule: str,
    *,
    tag: str,
    scope: KeyScope | None,
    limit: Callable[[], Sequence[Bucket]],
    responses: Mapping[int, Any],
    query: type[msgspec.Struct] | None = None,
    body: type[msgspec.Struct] | None = None,
    headers: type[msgspec.Struct] | None = None,
    problems: tuple[str, ...] = (),
    file_types: tuple[str, ...] = (),
    names: Mapping[str, tuple[str, ...]] | None = None,
    sends: tuple[str, ...] = (),
    needs: tuple[str, ...] = (),
    deprecated: Deprecation | None = None,
) -> Callable[[View], View]:
    """Register a view as an endpoint of the API.

    The view receives ``store`` in place of a ``store_id``, and the query and the body as instances
    of their structs. It returns a body, an `ApiResponse` or a finished response.

    Args:
        method: HTTP method.
        rule: URL rule in Flask's syntax, below the API's prefix.
        tag: Section of the document.
        scope: Scope that the key needs; None if any valid key may call.
        limit: Function that returns the token buckets of a call.
        responses: Structs of the successful responses by status; None for a file.
        query: Struct of the query parameters.
        body: Struct of the JSON body.
        headers: Struct that documents the headers; the view reads them itself.
        problems: Codes of `problems.KINDS` beyond those of `Endpoint.codes`.
        file_types: Media types of responses that are not JSON.
        names: Names that a comma-separated query parameter can have, by parameter.
        needs: Fields of the body that are optional in its struct, but not here.
        sends: Headers of successful responses, as in `openapi_headers.HEADERS`.
        deprecated: Since when it is deprecated, until when it works, and its successor.
    """

    def declare(view: View) -> View:
        declared = Endpoint(
            method,
            rule,
            view,
            tag,
            scope,
            limit,
            responses,
            query,
            body,
            headers,
            problems,
            file_types,
            names or {},
            sends,
            needs,
            deprecated,
        )
        registry.endpoints.append(declared)
        blueprint.add_url_rule(rule, view.__name__, as_view_function(declared), methods=[method])
        return view

    return declare


def as_view_function(declared: Endpoint) -> Callable[..., Response]:
    """Return the function that checks a call, calls the view and answers."""

    @wraps(declared.view)
    @compress.compressed()
    def serve(**path: Any) -> Response:
        key = current_key()
        count_call(declared.limit())
        announce_used(
            declared.name, declared.deprecated, declared.query, declared.body, key.channel_id
        )
        arguments = dict(path)
        if "store_id" in arguments:
            # Checked before the scope: a 403 would reveal that another merchant's store exists.
            arguments["store"] = get_store_for_key_or_404(arguments.pop("store_id"))
        check_scope(declared.scope)
        query = read_query(declared.query or NoQuery)
        if declared.query is not None:
            arguments["query"] = query
        if declared.body is not None:
            arguments["body"] = read_body(declared.body)
        answer = declared.view(**arguments)
        if isinstance(answer, Response):
            return answer
        return json_response(
            answer if isinstance(answer, ApiResponse) else ApiResponse(answer),
            is_storable=declared.scope is KeyScope.READ_CATALOG,
        )

    return serve
