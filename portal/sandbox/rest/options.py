"""Endpoints of shipping options and payment options. The lists are plain JSON arrays."""

from __future__ import annotations

from typing import Any

from portal.sandbox.parts import Parts
from portal.sandbox.resource_specs import Body
from portal.sandbox.rest.endpoints import Endpoint, body
from portal.sandbox.validation import NotFoundError


def add_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    """Register the endpoints."""
    # Source (documented): REST docs, "Search shipping options" and "Search payment options", with
    # create, update and delete.
    # Source (client): ecwid-java-api-client, ShippingOptionsResult and PaymentOptionsResult: the
    # lists are arrays.
    # Source (assumed): Changes of shipping and payment options need the scope
    # update_store_profile.
    for name in ("shippingOptions", "paymentOptions"):
        _add_options(endpoint, parts, name)


def _add_options(endpoint: Endpoint, parts: Parts, name: str) -> None:
    path = f"/profile/{name}"

    def options_of(store: Any) -> list[Body]:
        found: list[Body] = parts.stores.settings(store)[name]
        return found

    def save(store: Any, options: list[Body]) -> None:
        parts.stores.change(store["id"], {"settings": {name: options}})

    # Source (documented): REST docs, "Search shipping options" and "Search payment options".
    @endpoint(path, "read_store_profile")
    def list_options(store: Any) -> Any:
        return options_of(store)

    # Source (documented): REST docs: an option is created at its list's path.
    @endpoint(path, "update_store_profile", "POST")
    def create_option(store: Any) -> Any:
        # Saving the option sets its id.
        new = {**body(), "id": None}
        save(store, [*options_of(store), new])
        return {"id": new["id"]}

    # Source (documented): REST docs: an option is read below its list's path.
    @endpoint(f"{path}/<option_id>", "read_store_profile")
    def option(store: Any, option_id: str) -> Any:
        return _find(options_of(store), option_id)

    # Source (documented): REST docs: an option is updated below its list's path.
    @endpoint(f"{path}/<option_id>", "update_store_profile", "PUT")
    def update_option(store: Any, option_id: str) -> Any:
        options = options_of(store)
        _find(options, option_id).update(body(), id=option_id)
        save(store, options)
        return {"updateCount": 1}

    # Source (documented): REST docs: an option is deleted below its list's path.
    @endpoint(f"{path}/<option_id>", "update_store_profile", "DELETE")
    def delete_option(store: Any, option_id: str) -> Any:
        options = options_of(store)
        options.remove(_find(options, option_id))
        save(store, options)
        return {"deleteCount": 1}


def _find(options: list[Body], option_id: str) -> Body:
    for option in options:
        if option["id"] == option_id:
            return option
    raise NotFoundError("", f"Option {option_id} not found")
