"""Decorator that turns a view into a REST endpoint, with access checks and error responses."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, request

from portal.sandbox import public_token
from portal.sandbox.access import Access, ApiError, api_error
from portal.sandbox.listing import select_fields
from portal.sandbox.validation import (
    ConflictError,
    FeatureUnavailableError,
    NotFoundError,
    UnprocessableError,
    WrongParameterError,
    require_object,
)

View = Callable[..., Any]
Endpoint = Callable[..., Callable[[View], View]]
# Scope of an endpoint that needs no token.
PUBLIC = ""
JSON_TYPES = ("application/json", "text/json")


def endpoint_decorator(blueprint: Blueprint, access: Access) -> Endpoint:
    """Return a decorator that registers a view behind the access checks.

    The view's result becomes the JSON of the response.
    """

    def endpoint(path: str, scope: str, methods: str = "GET") -> Callable[[View], View]:
        def decorate(view: View) -> View:
            @wraps(view)
            def serve(store_id: int, **ids: Any) -> Response:
                try:
                    path_in_store = "/" + request.path.split("/", 4)[4]
                    if scope == PUBLIC:
                        store = access.existing_store(store_id, path_in_store)
                        return _response(view(store, **ids))
                    store = access.authorize(store_id, path_in_store, scope)
                    content = view(store, **ids)
                    if access.is_public() and request.method == "GET":
                        content = public_token.limited_answer(path_in_store, content)
                    return _response(content)
                except ApiError as error:
                    return error.response
                except (
                    WrongParameterError,
                    FeatureUnavailableError,
                    NotFoundError,
                    ConflictError,
                    UnprocessableError,
                ) as error:
                    return api_error(error.status, error.code, str(error)).response

            blueprint.add_url_rule(path, f"{methods} {path}", serve, methods=[methods])
            return view

        return decorate

    return endpoint


def body() -> dict[str, Any]:
    """Return the JSON object in the request body; raise an error for anything else."""
    if request.mimetype and request.mimetype not in JSON_TYPES:
        raise ApiError(Response("", 415))
    return require_object(request.get_json(force=True, silent=True))


def is_requested(name: str) -> bool:
    """Return whether a query parameter is ``true``."""
    return request.args.get(name) == "true"


def _response(content: Any) -> Response:
    if isinstance(content, Response):
        return content
    fields = request.args.get("responseFields")
    if fields:
        content = select_fields(
            json.loads(content) if isinstance(content, str) else content, fields
        )
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return Response(text, content_type="application/json;charset=UTF-8")
