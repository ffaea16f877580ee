"""Endpoints of the application storage: texts by key, which only the app itself can read."""

from __future__ import annotations

from typing import Any

from flask import request

from portal.sandbox.access import api_error
from portal.sandbox.parts import Parts
from portal.sandbox.resource_specs import Body
from portal.sandbox.rest.endpoints import Endpoint
from portal.sandbox.validation import NotFoundError, WrongParameterError

FAMILY = "storage"
ITEM_PATH = "/storage/<path:key>"
# Source (documented): older REST docs, "Add data to storage": a key has up to 1,024 characters.
KEY_LIMIT = 1024
# Source (documented): REST docs, "Add app storage data": 1 MB, or 256 kB for the public key.
VALUE_LIMIT = 1024 * 1024
PUBLIC_LIMIT = 256 * 1024
PUBLIC_KEY = "public"


def add_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    """Register the endpoints."""
    _add_read_endpoints(endpoint, parts)
    _add_write_endpoints(endpoint, parts)


def _add_read_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    # Source (documented): older REST docs, "Get all storage data": an array.
    # Source (assumed): Reading the storage needs the scope read_store_profile.
    @endpoint("/storage", "read_store_profile")
    def entries(store: Any) -> Any:
        return [_entry(found) for found in parts.entities.all(store["id"], FAMILY)]

    # Source (documented): older REST docs, "Get storage data by key", with the text of the 404.
    @endpoint(ITEM_PATH, "read_store_profile")
    def entry(store: Any, key: str) -> Any:
        return _entry(_find(parts, store, key))


def _add_write_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    # Source (documented): older REST docs, "Add data to storage" and "Edit storage data": both
    # create or replace, and answer success.
    # Source (client): ecwid-java-api-client, StorageEntityUpdateResult: updateCount.
    @endpoint(ITEM_PATH, "update_store_profile", "POST")
    @endpoint(ITEM_PATH, "update_store_profile", "PUT")
    def save_entry(store: Any, key: str) -> Any:
        if len(key) > KEY_LIMIT:
            raise WrongParameterError(f"A key has up to {KEY_LIMIT:,} characters")
        value = _value(PUBLIC_LIMIT if key == PUBLIC_KEY else VALUE_LIMIT)
        with parts.state.transaction():
            known = parts.entities.find(store["id"], FAMILY, key)
            if known is None:
                parts.entities.add(store["id"], FAMILY, {"key": key, "value": value}, key)
            else:
                parts.entities.save(store["id"], FAMILY, {**known, "value": value}, key)
            _emit(parts, store)
        return {"success": True, "updateCount": 1}

    # Source (documented): older REST docs, "Delete storage data".
    # Source (client): ecwid-java-api-client, StorageEntityDeleteResult: deleteCount.
    @endpoint(ITEM_PATH, "update_store_profile", "DELETE")
    def delete_entry(store: Any, key: str) -> Any:
        with parts.state.transaction():
            parts.entities.delete(store["id"], FAMILY, _find(parts, store, key)["id"])
            _emit(parts, store)
        return {"success": True, "deleteCount": 1}


def _find(parts: Parts, store: Any, key: str) -> Body:
    found = parts.entities.find(store["id"], FAMILY, key)
    if found is None:
        raise NotFoundError("", "Key not found")
    return found


def _entry(found: Body) -> Body:
    return {"key": found["key"], "value": found["value"]}


def _value(limit: int) -> str:
    """Return the value in the request body, at most ``limit`` bytes."""
    # Source (documented): older REST docs: the body is the value; REST docs: the body is an object
    # with the field value.
    # Source (assumed): A JSON object with the only field value stores that field, any other body
    # is stored as it is.
    # Source (assumed): A value that is too large for the storage gets a 413.
    body = request.get_data()
    if len(body) > limit:
        raise api_error(413, "", f"A value has up to {limit // 1024:,} kB")
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise WrongParameterError("The value is no UTF-8 text") from None
    given = request.get_json(force=True, silent=True)
    if isinstance(given, dict) and given.keys() == {"value"} and isinstance(given["value"], str):
        return given["value"]
    return text


def _emit(parts: Parts, store: Any) -> None:
    # Source (documented): REST docs, "Event data in webhooks": the id of the store as a text.
    parts.events.emit(store["id"], "application.storageChanged", str(store["id"]))
