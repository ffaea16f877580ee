"""What happens to a store's account and to the app in it."""

from __future__ import annotations

from portal.sandbox.life.picking import CHANCE
from portal.sandbox.parts import Parts


def downgrade(parts: Parts, store_id: int) -> str:
    """Put the store on the plan Free."""
    parts.stores.change(store_id, {"plan": "Free", "features": None})
    return "The store is on the plan Free now."


def upgrade(parts: Parts, store_id: int) -> str:
    """Put the store on the plan Business."""
    parts.stores.change(store_id, {"plan": "Business", "features": None})
    return "The store is on the plan Business now."


def suspend(parts: Parts, store_id: int) -> str:
    """Suspend the store, or open it again."""
    is_suspended = bool(parts.stores.existing(store_id)["suspended"])
    parts.stores.change(store_id, {"suspended": not is_suspended})
    return "The store is open again." if is_suspended else "The store is suspended."


def revoke_scope(parts: Parts, store_id: int) -> str:
    """Take one scope away from the app's token."""
    scopes = parts.stores.granted_scopes(store_id)
    if not scopes:
        raise LookupError("the app isn't installed: it has no scope that could be taken away")
    gone = CHANCE.choice(scopes)
    parts.stores.set_scopes(store_id, [scope for scope in scopes if scope != gone])
    return f"The app may no longer do what {gone} allows."


def uninstall(parts: Parts, store_id: int) -> str:
    """Remove the app."""
    if not parts.stores.is_installed(store_id):
        raise LookupError("the app isn't installed")
    parts.stores.uninstall(store_id)
    return "The app was removed: its token is dead."
