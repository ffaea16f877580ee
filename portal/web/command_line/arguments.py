"""Arguments that commands about stores share."""

from __future__ import annotations

import click

from portal.models import SYNC_ORDER, Resource, Store

KEY = click.IntRange(min=1, max=2**63 - 1)
store_argument = click.argument("store_id", type=KEY)
stores_argument = click.argument("store_ids", type=KEY, nargs=-1, required=True)
# Click would offer the names of the enum's members instead of their values.
RESOURCE_NAMES = click.Choice([str(resource.value) for resource in SYNC_ORDER])
resources_argument = click.argument("resources", nargs=-1, type=RESOURCE_NAMES)


def find_store(store_id: int) -> Store:
    """Return the store; fail if it was never connected here."""
    store: Store | None = Store.get_or_none(Store.id == store_id)
    if store is None:
        raise click.ClickException(f"store {store_id} is not connected here")
    return store


def chosen_resources(names: tuple[str, ...]) -> list[Resource]:
    """Return the resources with these names, or all of them without names."""
    return [Resource(name) for name in names] or list(SYNC_ORDER)
