"""Emails about what operators and commands do for an account, in its owner's language.

They are queued in the transaction of the change.
"""

from __future__ import annotations

from portal.models import Merchant, Store
from portal.rules.accounts.account_changes import AccountChange
from portal.rules.connection.platform_brand import platform_brand
from portal.services.notifications.queued_emails import queue_email_to
from portal.services.runtime import Runtime


def email_account_changed(runtime: Runtime, merchant: Merchant, change: AccountChange) -> None:
    """Email the account's owner what was changed."""
    link = f"{runtime.settings.portal_url}/login"
    queue_email_to(runtime, merchant, "account_changed", what=change, link=link)


def email_store_connected(runtime: Runtime, merchant: Merchant, store_id: int) -> None:
    """Email the merchant that an operator has connected a store for them."""
    store = Store.get_by_id(store_id)
    queue_email_to(
        runtime,
        merchant,
        "store_connected",
        store_id=store_id,
        store=store.name or str(store_id),
        platform=platform_brand(store.profile_details),
        link=f"{runtime.settings.portal_url}/stores/{store_id}",
    )
