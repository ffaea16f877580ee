"""Let things happen in a store's life: what a shop owner and shoppers do, one click each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from portal.sandbox.life import account, owner, shoppers
from portal.sandbox.parts import Parts


@dataclass(frozen=True)
class LifeEvent:
    """Hold one thing that can happen; ``happen`` does it and says in a sentence what was done.

    It raises LookupError when the store has nothing that it could happen to.
    """

    name: str
    label: str
    happen: Callable[[Parts, int], str]


GROUPS: dict[str, tuple[LifeEvent, ...]] = {
    "The shop owner": (
        LifeEvent("rename-product", "Rename a product", owner.rename_product),
        LifeEvent("change-price", "Change a price", owner.change_price),
        LifeEvent("sell-out", "Sell a product out", owner.sell_out),
        LifeEvent("add-product", "Add a product", owner.add_product),
        LifeEvent("delete-product", "Delete a product", owner.delete_product),
        LifeEvent("make-coupon", "Make a coupon", owner.make_coupon),
        LifeEvent("pause-coupon", "Pause a coupon", owner.pause_coupon),
    ),
    "Shoppers and orders": (
        LifeEvent("place-order", "Place an order", shoppers.place_order),
        LifeEvent(
            "place-order-with-coupon", "Place one with a coupon", shoppers.place_order_with_coupon
        ),
        LifeEvent("leave-cart", "Leave a cart behind", shoppers.leave_cart),
        LifeEvent("register-customer", "Open an account", shoppers.register_customer),
        LifeEvent("ask-for-data", "Ask for their data", shoppers.ask_for_data),
        LifeEvent("ask-to-be-forgotten", "Ask to be forgotten", shoppers.ask_to_be_forgotten),
        LifeEvent("pay-order", "Pay an order", shoppers.pay_order),
        LifeEvent("ship-order", "Ship an order", shoppers.ship_order),
        LifeEvent("cancel-order", "Cancel an order", shoppers.cancel_order),
    ),
    "The store's account": (
        LifeEvent("downgrade", "Downgrade to Free", account.downgrade),
        LifeEvent("upgrade", "Upgrade to Business", account.upgrade),
        LifeEvent("suspend", "Suspend or reopen", account.suspend),
        LifeEvent("revoke-scope", "Revoke a scope", account.revoke_scope),
        LifeEvent("uninstall", "Uninstall the app", account.uninstall),
    ),
}
LIFE_EVENTS = {event.name: event for group in GROUPS.values() for event in group}


def happen(parts: Parts, store_id: int, name: str) -> str:
    """Let something happen, by its name; return a sentence that says what was done.

    Raises LookupError if there is no such thing, no such store, or nothing it could happen to.
    """
    parts.stores.existing(store_id)
    event = LIFE_EVENTS.get(name)
    if event is None:
        raise LookupError(f"nothing is called {name}: one of {', '.join(LIFE_EVENTS)}")
    return event.happen(parts, store_id)
