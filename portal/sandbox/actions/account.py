"""Actions on a store's account and on the installed app."""

from __future__ import annotations

from portal.sandbox.actions.random_record import RANDOM
from portal.sandbox.parts import Parts
from portal.sandbox.resources.staff import accept_oldest_invite


def downgrade(parts: Parts, store_id: int) -> str:
    """Switch the store to the plan Free."""
    parts.stores.change(store_id, {"plan": "Free", "features": None})
    return "The store is now on the plan Free."


def upgrade(parts: Parts, store_id: int) -> str:
    """Switch the store to the plan Business."""
    parts.stores.change(store_id, {"plan": "Business", "features": None})
    return "The store is now on the plan Business."


def toggle_suspension(parts: Parts, store_id: int) -> str:
    """Suspend the store, or reopen it if it is suspended."""
    is_suspended = bool(parts.stores.get_existing(store_id)["suspended"])
    parts.stores.change(store_id, {"suspended": not is_suspended})
    return "The store is open again." if is_suspended else "The store is suspended."


def accept_invite(parts: Parts, store_id: int) -> str:
    """Accept the oldest open invite of a staff account."""
    email = accept_oldest_invite(parts.entities, store_id)
    if email is None:
        raise LookupError("the store has no open invite of a staff account")
    return f"{email} accepted the invite."


def revoke_scope(parts: Parts, store_id: int) -> str:
    """Remove a random scope from the app's token."""
    scopes = parts.stores.granted_scopes(store_id)
    if not scopes:
        raise LookupError("the app isn't installed, so there is no scope to revoke")
    revoked = RANDOM.choice(scopes)
    parts.stores.set_scopes(store_id, [scope for scope in scopes if scope != revoked])
    return f"The scope {revoked} was revoked."


def uninstall(parts: Parts, store_id: int) -> str:
    """Uninstall the app."""
    if not parts.stores.is_installed(store_id):
        raise LookupError("the app isn't installed")
    parts.stores.uninstall(store_id)
    return "The app was uninstalled and its token is no longer valid."
