"""Endpoints of redirects of the Instant Site."""

from __future__ import annotations

from typing import Any

from flask import request

from portal.sandbox.listing import page_of, parse_pagination
from portal.sandbox.parts import Parts
from portal.sandbox.resource_specs import Body
from portal.sandbox.rest.endpoints import Endpoint, body
from portal.sandbox.validation import (
    NotFoundError,
    WrongParameterError,
    check_types,
    is_text,
    require_object,
)

FAMILY = "redirect"
LIST_PATH = "/instant-site/redirects"
ITEM_PATH = f"{LIST_PATH}/<int:redirect_id>"
SCOPE = "manage_instant_site"
FIELD_TYPES = {"fromUrl": is_text, "toUrl": is_text}


def add_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    """Register the endpoints."""
    # Source (assumed): The addresses of the Instant Site's API are below those of the store, and
    # its token is the app's.
    _add_list(endpoint, parts)
    _add_items(endpoint, parts)


def _add_list(endpoint: Endpoint, parts: Parts) -> None:
    entities = parts.entities

    # Source (client): ecwid-java-api-client, InstantSiteRedirectsSearchRequest and its result.
    @endpoint(LIST_PATH, SCOPE)
    def redirects(store: Any) -> Any:
        offset, limit = parse_pagination(request.args, parts.switches.text("limit_above_100"))
        keyword = request.args.get("keyword", "").lower()
        found = [
            _redirect(entry)
            for entry in entities.all(store["id"], FAMILY)
            if keyword in f"{entry['fromUrl']}\n{entry['toUrl']}".lower()
        ]
        return page_of(found, offset, limit)

    # Source (documented): REST docs, "Create Instant Site redirect": fromUrl and toUrl.
    # Source (client): ecwid-java-api-client, InstantSiteRedirectsCreateRequest: a list of them, and
    # the result with createCount and existsCount.
    @endpoint(LIST_PATH, SCOPE, "POST")
    def create_redirects(store: Any) -> Any:
        given = request.get_json(force=True, silent=True)
        new = [_new(item) for item in (given if isinstance(given, list) else [given])]
        created = 0
        with parts.state.transaction():
            for fields in new:
                if entities.find(store["id"], FAMILY, fields["fromUrl"]) is None:
                    entities.add(store["id"], FAMILY, fields, fields["fromUrl"])
                    created += 1
        return {"createCount": created, "existsCount": len(new) - created}

    # Source (client): ecwid-java-api-client, InstantSiteRedirectListDeleteRequest: ids as texts.
    @endpoint(LIST_PATH, SCOPE, "DELETE")
    def delete_redirects(store: Any) -> Any:
        ids = body().get("ids")
        if not isinstance(ids, list):
            raise WrongParameterError("Field ids is absent")
        wanted = set(map(str, ids))
        chosen = [r["id"] for r in entities.all(store["id"], FAMILY) if str(r["id"]) in wanted]
        with parts.state.transaction():
            for redirect_id in chosen:
                entities.delete(store["id"], FAMILY, redirect_id)
        return {"deleteCount": len(chosen)}


def _add_items(endpoint: Endpoint, parts: Parts) -> None:
    entities = parts.entities

    # Source (client): ecwid-java-api-client, FetchedInstantSiteRedirect: the id is a text.
    @endpoint(ITEM_PATH, SCOPE)
    def redirect(store: Any, redirect_id: int) -> Any:
        return _redirect(_find(parts, store, redirect_id))

    # Source (client): ecwid-java-api-client, InstantSiteRedirectUpdateRequest.
    @endpoint(ITEM_PATH, SCOPE, "PUT")
    def update_redirect(store: Any, redirect_id: int) -> Any:
        changed = _find(parts, store, redirect_id) | _fields(body())
        entities.save(store["id"], FAMILY, changed, changed["fromUrl"])
        return {"updateCount": 1}

    # Source (client): ecwid-java-api-client, InstantSiteRedirectDeleteRequest.
    @endpoint(ITEM_PATH, SCOPE, "DELETE")
    def delete_redirect(store: Any, redirect_id: int) -> Any:
        entities.delete(store["id"], FAMILY, _find(parts, store, redirect_id)["id"])
        return {"deleteCount": 1}


def _find(parts: Parts, store: Any, redirect_id: int) -> Body:
    found = parts.entities.get(store["id"], FAMILY, redirect_id)
    if found is None:
        raise NotFoundError("", f"Redirect #{redirect_id} not found")
    return found


def _redirect(found: Body) -> Body:
    return found | {"id": str(found["id"])}


def _new(given: Any) -> Body:
    fields = _fields(given)
    for name in FIELD_TYPES:
        if name not in fields:
            raise WrongParameterError(f"Field Redirect.{name} is absent")
    return fields


def _fields(given: Any) -> Body:
    fields = require_object(given)
    check_types("Redirect", fields, FIELD_TYPES)
    return {name: fields[name] for name in FIELD_TYPES if name in fields}
