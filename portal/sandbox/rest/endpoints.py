"""Serve views as endpoints of the REST API: checks in front, the API's errors behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, request

from portal.sandbox.access import Access, RefusedError, refused
from portal.sandbox.checks import (
    ConflictError,
    FeatureOffError,
    MissingError,
    UnusableError,
    WrongParameterError,
    json_object,
)
from portal.sandbox.listing import project

View = Callable[..., Any]
Endpoint = Callable[..., Callable[[View], View]]
JSON_TYPES = ("application/json", "text/json")


def endpoints(blueprint: Blueprint, access: Access) -> Endpoint:
    """Return a decorator that serves a view behind the checks; its result becomes JSON."""

    def endpoint(path: str, scope: str, methods: str = "GET") -> Callable[[View], View]:
        def decorate(view: View) -> View:
            @wraps(view)
            def serve(store_id: int, **ids: Any) -> Response:
                try:
                    shown = "/" + request.path.split("/", 4)[4]
                    store = access.admit(store_id, shown, scope)
                    return _answer(view(store, **ids))
                except RefusedError as refusal:
                    return refusal.answer
                except (
                    WrongParameterError,
                    FeatureOffError,
                    MissingError,
                    ConflictError,
                    UnusableError,
                ) as error:
                    return refused(error.status, error.code, str(error)).answer

            blueprint.add_url_rule(path, f"{methods} {path}", serve, methods=[methods])
            return view

        return decorate

    return endpoint


def body() -> dict[str, Any]:
    """Return the JSON object of the request; refuse another content type, or none."""
    if request.mimetype and request.mimetype not in JSON_TYPES:
        raise RefusedError(Response("", 415))
    return json_object(request.get_json(force=True, silent=True))


def wants(name: str) -> bool:
    """Tell whether a parameter says true."""
    return request.args.get(name) == "true"


def _answer(content: Any) -> Response:
    if isinstance(content, Response):
        return content
    fields = request.args.get("responseFields")
    if fields:
        content = project(json.loads(content) if isinstance(content, str) else content, fields)
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return Response(text, content_type="application/json;charset=UTF-8")
