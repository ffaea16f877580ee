"""Actions that simulate store owner, shoppers and Ecwid, each with one click or call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from portal.sandbox.actions import account, owner, shop_records, shoppers
from portal.sandbox.parts import Parts


@dataclass(frozen=True)
class Action:
    """One action. ``run`` executes it on a store and returns a sentence with the result.

    ``run`` raises LookupError if the store has no suitable record.
    """

    name: str
    label: str
    run: Callable[[Parts, int], str]


ACTION_GROUPS: dict[str, tuple[Action, ...]] = {
    "Store owner": (
        Action("rename-product", "Rename a product", owner.rename_product),
        Action("change-price", "Change a price", owner.change_price),
        Action("sell-out", "Sell out a product", owner.sell_out),
        Action("add-product", "Add a product", owner.add_product),
        Action("delete-product", "Delete a product", owner.delete_product),
        Action("create-coupon", "Create a coupon", owner.create_coupon),
        Action("pause-coupon", "Pause a coupon", owner.pause_coupon),
    ),
    "Shoppers and orders": (
        Action("place-order", "Place an order", shoppers.place_order),
        Action(
            "place-order-with-coupon",
            "Place an order with a coupon",
            shoppers.place_order_with_coupon,
        ),
        Action(
            "place-order-with-extras",
            "Place an order with fee and tip",
            shoppers.place_order_with_extras,
        ),
        Action("abandon-cart", "Abandon a cart", shoppers.abandon_cart),
        Action("write-review", "Write a review", shop_records.write_review),
        Action("subscribe", "Start a subscription", shop_records.subscribe),
        Action("register-customer", "Register a customer", shoppers.register_customer),
        Action("request-data-export", "Request a data export", shoppers.request_data_export),
        Action("request-data-removal", "Request data removal", shoppers.request_data_removal),
        Action("pay-order", "Pay an order", shoppers.pay_order),
        Action("ship-order", "Ship an order", shoppers.ship_order),
        Action("refund-order", "Refund part of an order", shoppers.refund_order),
        Action("cancel-order", "Cancel an order", shoppers.cancel_order),
        Action("create-invoice", "Create a tax invoice", shop_records.create_invoice),
        Action("delete-invoice", "Delete a tax invoice", shop_records.delete_invoice),
    ),
    "Account": (
        Action("accept-invite", "Accept a staff invite", account.accept_invite),
        Action("downgrade", "Downgrade to Free", account.downgrade),
        Action("upgrade", "Upgrade to Business", account.upgrade),
        Action("toggle-suspension", "Suspend or reopen", account.toggle_suspension),
        Action("revoke-scope", "Revoke a scope", account.revoke_scope),
        Action("uninstall", "Uninstall the app", account.uninstall),
    ),
}
ACTIONS = {action.name: action for group in ACTION_GROUPS.values() for action in group}


def run_action(parts: Parts, store_id: int, name: str) -> str:
    """Run an action by its name; return a sentence with the result.

    Raises LookupError if the action or the store is unknown, or if no record is suitable.
    """
    parts.stores.get_existing(store_id)
    action = ACTIONS.get(name)
    if action is None:
        raise LookupError(f"there is no action {name}: one of {', '.join(ACTIONS)}")
    return action.run(parts, store_id)
