"""Declare an endpoint once: what is checked when it is called is what the document says of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar

import msgspec
from flask import Blueprint, Response

from portal.rules.api_keys.key_scopes import KeyScope
from portal.web.api.answers import Answer, json_answer
from portal.web.api.keys import check_scope, current_key, reached_store
from portal.web.api.reading import read_body, read_query
from portal.web.compression import compress

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Endpoint:
    """Hold one endpoint; ``answers`` are the good ones by status, ``problems`` codes of `KINDS`.

    ``files`` are the types of its answers that are no JSON.
    """

    method: str
    rule: str
    view: Callable[..., Any]
    tag: str
    scope: KeyScope | None
    answers: Mapping[int, Any]
    query: type[msgspec.Struct] | None = None
    body: type[msgspec.Struct] | None = None
    headers: type[msgspec.Struct] | None = None
    problems: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return what the document calls it."""
        return str(self.view.__name__)


@dataclass
class Registry:
    """Hold all endpoints, in the order in which they are declared."""

    endpoints: list[Endpoint] = field(default_factory=list)


registry = Registry()


def endpoint(method: str, rule: str, **about: Any) -> Callable[[View], View]:
    """Make a view an endpoint of the API; ``about`` is what `Endpoint` holds.

    The view gets ``store`` in place of a ``store_id``, the query and the body as their shapes, and
    returns a body, an `Answer`, or a response that is ready.
    """

    def declare(view: View) -> View:
        declared = Endpoint(method, rule, view, **about)
        registry.endpoints.append(declared)
        blueprint.add_url_rule(rule, view.__name__, _served(declared), methods=[method])
        return view

    return declare


def _served(declared: Endpoint) -> Callable[..., Response]:
    @wraps(declared.view)
    @compress.compressed()
    def serve(**path: Any) -> Response:
        current_key()
        arguments = dict(path)
        if "store_id" in arguments:
            # Before the scope: of another's store not even that is told.
            arguments["store"] = reached_store(arguments.pop("store_id"))
        check_scope(declared.scope)
        if declared.query is not None:
            arguments["query"] = read_query(declared.query)
        if declared.body is not None:
            arguments["body"] = read_body(declared.body)
        answer = declared.view(**arguments)
        if isinstance(answer, Response):
            return answer
        return json_answer(answer if isinstance(answer, Answer) else Answer(answer))

    return serve
