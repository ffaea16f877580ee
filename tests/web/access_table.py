"""Access table: one row per route, and no route without a row.

`tests/web/test_route_access.py` requests every route as every kind of visitor. A new route needs a
row here. If its URL contains a row's ID, `tests/web/test_route_access.py` must create that row.
"""

from __future__ import annotations

from enum import StrEnum


class Access(StrEnum):
    """Response that a visitor gets."""

    ALLOWED = "let in"
    SIGN_IN = "asked to sign in"
    NOT_FOUND = "404"
    FORBIDDEN = "403"
    UNAUTHORIZED = "401"


class Actor(StrEnum):
    """Kind of visitor, in relation to a store of ``OWNER`` with the other members."""

    SIGNED_OUT = "signed out"
    STRANGER = "stranger"
    READ_ONLY = "read-only member"
    MANAGER = "manager"
    OWNER = "owner"
    SUPPORT = "operator with the role support"
    ADMIN = "operator with the role admin"
    FOREIGN_KEY = "API key of another store"


def _row(
    signed_out: Access,
    stranger: Access,
    read_only: Access,
    manager: Access,
    owner: Access,
    support: Access,
    admin: Access,
) -> dict[Actor, Access]:
    """Return a row; pages ignore API keys, so a visitor with a key counts as signed out."""
    people = (signed_out, stranger, read_only, manager, owner, support, admin, signed_out)
    return dict(zip(Actor, people, strict=True))


_IN, _ASK, _HID, _NO = Access.ALLOWED, Access.SIGN_IN, Access.NOT_FOUND, Access.FORBIDDEN

#                signed out, stranger, read-only, manager, owner, support, admin
EVERYBODY = _row(_IN, _IN, _IN, _IN, _IN, _IN, _IN)
NOBODY = _row(_NO, _NO, _NO, _NO, _NO, _NO, _NO)
SIGNED_IN = _row(_ASK, _IN, _IN, _IN, _IN, _IN, _IN)
# Pages of a store: operators see them. Admins may also act where it helps the store, see
# docs/decisions/support-view.md.
SEEN = _row(_ASK, _HID, _IN, _IN, _IN, _IN, _IN)
ACTED_ON = _row(_ASK, _HID, _NO, _IN, _IN, _NO, _IN)
MEMBERS = _row(_ASK, _HID, _IN, _IN, _IN, _NO, _NO)
EDITORS = _row(_ASK, _HID, _NO, _IN, _IN, _NO, _NO)
OWNERS = _row(_ASK, _HID, _NO, _NO, _IN, _NO, _NO)
INVITED = _row(_ASK, _IN, _HID, _HID, _HID, _HID, _HID)  # the store has invited the stranger
# Rows that belong to one merchant, here the owner.
OWN = _row(_ASK, _HID, _HID, _HID, _IN, _HID, _HID)
OPERATORS = _row(_ASK, _HID, _HID, _HID, _HID, _IN, _IN)
ADMINS = _row(_ASK, _HID, _HID, _HID, _HID, _NO, _IN)
# API calls ignore cookies. A key of another store gets a 404.
KEYS = dict.fromkeys(Actor, Access.UNAUTHORIZED)
KEYS_OF_THE_STORE = KEYS | {Actor.FOREIGN_KEY: _HID}

ROUTES: dict[str, dict[Actor, Access]] = {
    "GET static": EVERYBODY,
    "GET assets.styles": EVERYBODY,
    "GET probes.healthz": EVERYBODY,
    "GET probes.readyz": EVERYBODY,
    "GET probes.daemon_healthz": EVERYBODY,
    "GET well_known.security_txt": EVERYBODY,
    "GET branding.logo": EVERYBODY,
    "GET home.index": EVERYBODY,
    "GET style_guide.show": EVERYBODY,
    "POST languages.switch": EVERYBODY,
    # Accounts
    "GET accounts.sign_up_form": EVERYBODY,
    "POST accounts.send_sign_up_link": EVERYBODY,
    "GET accounts.set_password": EVERYBODY,
    "POST accounts.set_password": EVERYBODY,
    "GET accounts.sign_in": EVERYBODY,
    "POST accounts.open_session": EVERYBODY,
    "POST accounts.sign_out": SIGNED_IN,
    "GET accounts.forgot": EVERYBODY,
    "POST accounts.send_reset": EVERYBODY,
    "GET accounts.reset": EVERYBODY,
    "POST accounts.set_new_password": EVERYBODY,
    "GET accounts.code_form": EVERYBODY,
    "POST accounts.check_code": EVERYBODY,
    "POST accounts.passkey_options": EVERYBODY,
    "POST accounts.sign_in_with_passkey": EVERYBODY,
    "POST accounts.second_step_passkey_options": EVERYBODY,
    "POST accounts.finish_with_passkey": EVERYBODY,
    # Own account. Anyone who has received an emailed link may open it.
    "GET account.index": SIGNED_IN,
    "POST account.end_session": OWN,
    "POST account.end_other_sessions": SIGNED_IN,
    "GET account.password": SIGNED_IN,
    "POST account.set_password": SIGNED_IN,
    "GET account.email": SIGNED_IN,
    "POST account.request_email_change": SIGNED_IN,
    "GET account.confirm_email": EVERYBODY,
    "POST account.resolve_email_change": EVERYBODY,
    "GET account.second_factor": SIGNED_IN,
    "GET account.one_time_secret": SIGNED_IN,
    "POST account.begin_second_factor": SIGNED_IN,
    "POST account.confirm_second_factor": SIGNED_IN,
    "POST account.renew_codes": SIGNED_IN,
    "POST account.disable_second_factor": SIGNED_IN,
    "GET account.passkeys": SIGNED_IN,
    "POST account.begin_passkey": SIGNED_IN,
    "POST account.new_passkey_options": SIGNED_IN,
    "POST account.add_passkey": SIGNED_IN,
    "GET account.passkey": OWN,
    "POST account.rename_passkey": OWN,
    "POST account.remove_passkey": OWN,
    "POST account.confirmation_options": SIGNED_IN,
    "POST account.confirm_with_passkey": SIGNED_IN,
    "GET account.notifications": SIGNED_IN,
    "POST account.choose_notifications": SIGNED_IN,
    "GET account.name": SIGNED_IN,
    "POST account.change_name": SIGNED_IN,
    "GET account.region": SIGNED_IN,
    "POST account.choose_region": SIGNED_IN,
    "GET account.security_activity": SIGNED_IN,
    "GET account.account_changes": SIGNED_IN,
    "POST account.export": SIGNED_IN,
    "GET account.confirm_deletion": SIGNED_IN,
    "POST account.delete": SIGNED_IN,
    # Invitations. Anyone who has received the emailed link may open it.
    "GET invitations.show": EVERYBODY,
    "POST invitations.join": EVERYBODY,
    "POST invitations.accept": INVITED,
    "POST invitations.decline": INVITED,
    # Connecting. Ecwid redirects signed-in and anonymous browsers to the callback; without a
    # consent in the URL the page says that access was not granted.
    "GET connect.index": SIGNED_IN,
    "POST connect.start": SIGNED_IN,
    "GET connect.custom_app_form": SIGNED_IN,
    "POST connect.custom_app": SIGNED_IN,
    "GET connect.callback": NOBODY,
    "GET connect.confirm": SIGNED_IN,
    "POST connect.claim": SIGNED_IN,
    "POST connect.dismiss_attempt": SIGNED_IN,
    "GET connect.onboarding_guide": EVERYBODY,
    "POST connect.accept_link": SIGNED_IN,
    "GET connect.link_custom_app_form": SIGNED_IN,
    "POST connect.link_custom_app": SIGNED_IN,
    "POST connect.allow_own_store": SIGNED_IN,
    "POST connect.decline_link": EVERYBODY,
    "GET connect.confirm_stop": EVERYBODY,
    "POST connect.stop_link_reminders": EVERYBODY,
    # Stores
    "GET stores.index": SIGNED_IN,
    "GET stores.show": SEEN,
    "GET stores.progress": SEEN,
    "GET stores.connection": SEEN,
    "GET stores.charts": SEEN,
    "GET stores.connection_progress": SEEN,
    "GET stores.activity": SEEN,
    "GET stores.timeline": SEEN,
    "POST stores.sync": ACTED_ON,
    "GET stores.reconnect": SEEN,
    "POST stores.start_reconnect": EDITORS,
    "POST stores.check_connection": ACTED_ON,
    "POST stores.dismiss": EDITORS,
    "POST stores.reopen_issue": EDITORS,
    "GET stores.token_form": EDITORS,
    "POST stores.replace_token": EDITORS,
    "GET stores.confirm_disconnect": OWNERS,
    "POST stores.disconnect": OWNERS,
    "GET stores.confirm_erase": OWNERS,
    "POST stores.erase": OWNERS,
    "GET products.index": SEEN,
    "GET products.show": SEEN,
    "GET customers.index": SEEN,
    "GET customers.show": SEEN,
    "GET coupons.index": SEEN,
    "GET coupons.show": SEEN,
    "GET search.index": SEEN,
    "GET orders.index": SEEN,
    "GET orders.show": SEEN,
    "GET orders.selected": SEEN,
    "GET orders.packing_slips": SEEN,
    "POST orders.update_selected": EDITORS,
    "POST orders.export_selected": MEMBERS,
    "GET orders.submissions": SEEN,
    "GET orders.submission": SEEN,
    "GET orders.undecided_updates": SEEN,
    "GET orders.new": EDITORS,
    "GET orders.draft": EDITORS,
    "POST orders.submit_form": EDITORS,
    "POST orders.update": EDITORS,
    "POST orders.resolve_update": EDITORS,
    "GET privacy.index": SEEN,
    "POST privacy.download_export": MEMBERS,
    "POST privacy.stop": OWNERS,
    "POST privacy.erase_now": OWNERS,
    # Team
    "GET channels.index": SEEN,
    "GET channels.confirm_end": OWNERS,
    "GET channels.keys": SEEN,
    "POST channels.revoke_key": OWNERS,
    "GET channels.catalog": SEEN,
    "GET channels.catalog_list": SEEN,
    "POST channels.choose_catalog": OWNERS,
    "POST channels.pick": OWNERS,
    "POST channels.change": OWNERS,
    "POST channels.change_stock_buffer": OWNERS,
    "POST channels.pause_sales": OWNERS,
    "POST channels.resume_sales": OWNERS,
    "POST channels.narrow": OWNERS,
    "GET team.index": SEEN,
    "POST team.send_invitation": OWNERS,
    "POST team.withdraw_invitation": OWNERS,
    "GET team.confirm_removal": OWNERS,
    "POST team.remove": OWNERS,
    "GET team.role_form": OWNERS,
    "POST team.change_role": OWNERS,
    "GET team.second_factor": OWNERS,
    "POST team.second_factor": OWNERS,
    "GET team.transfer_ownership": OWNERS,
    "POST team.transfer_ownership": OWNERS,
    # Events
    "GET events.index": SEEN,
    "GET events.show": SEEN,
    "GET events.payload": SEEN,
    "POST events.replay_event": ACTED_ON,
    "GET events.confirm_replay": ACTED_ON,
    "POST events.start_replay": ACTED_ON,
    "GET events.replays": SEEN,
    "GET events.replay": SEEN,
    "GET events.replay_progress": SEEN,
    "POST events.cancel": ACTED_ON,
    # Sync
    "GET sync.index": SEEN,
    "GET sync.progress": SEEN,
    "POST sync.control": ACTED_ON,
    "GET sync.history": SEEN,
    "GET sync.run": SEEN,
    "GET sync.run_progress": SEEN,
    "POST sync.cancel": ACTED_ON,
    "POST sync.resync": ACTED_ON,
    "GET sync.quarantine": SEEN,
    "POST sync.retry": ACTED_ON,
    "GET sync.confirm_retry_all": ACTED_ON,
    "POST sync.start_retry_all": ACTED_ON,
    "GET sync.retry_progress": SEEN,
    "POST exports.download": MEMBERS,
    "GET exports.index": MEMBERS,
    "POST exports.file": MEMBERS,
    # API keys. Another merchant's key is a 404 for everybody.
    "GET api_keys.index": SIGNED_IN,
    "POST api_keys.make": SIGNED_IN,
    "GET api_keys.rotate": OWN,
    "POST api_keys.rotate": OWN,
    "POST api_keys.suspend": OWN,
    "GET api_keys.resume": OWN,
    "POST api_keys.resume": OWN,
    "POST api_keys.revoke": OWN,
    # Outbound webhooks: an endpoint belongs to its merchant. Validation, not access control,
    # rejects an endpoint without events and an unknown time window.
    "GET endpoints.index": SIGNED_IN,
    "GET endpoints.new": SIGNED_IN,
    "POST endpoints.make": SIGNED_IN,
    **dict.fromkeys(
        (
            "GET endpoints.show",
            "GET endpoints.edit",
            "POST endpoints.change",
            "POST endpoints.pause",
            "POST endpoints.turn_on",
            "POST endpoints.rotate",
            "POST endpoints.test",
            "GET endpoints.confirm_deletion",
            "POST endpoints.delete",
            "GET endpoints.delivery",
            "GET endpoints.delivery_progress",
            "POST endpoints.replay",
            "GET endpoints.confirm_replay",
            "POST endpoints.replay_all",
        ),
        OWN,
    ),
    # The API
    "GET api_docs.index": EVERYBODY,
    "GET api.openapi": EVERYBODY,
    # A key of another channel has its own keys, endpoints and links.
    **dict.fromkeys(
        (
            "GET api.list_stores",
            "GET api.list_changes",
            "GET api.get_me",
            "GET api.list_keys",
            "POST api.create_key",
            "GET api.list_webhook_endpoints",
            "POST api.create_webhook_endpoint",
            # The body is checked first.
            "PUT api.change_webhook_endpoint",
            "POST api.send_webhook_test_event",
            "GET api.list_connect_links",
            "POST api.create_connect_link",
        ),
        KEYS | {Actor.FOREIGN_KEY: Access.ALLOWED},
    ),
    **dict.fromkeys(
        (
            "POST api.rotate_key",
            "POST api.revoke_key",
            "GET api.get_webhook_endpoint",
            "POST api.pause_or_resume_webhook_endpoint",
            "GET api.get_webhook_delivery",
            "POST api.rotate_webhook_secret",
            "DELETE api.delete_webhook_endpoint",
            "GET api.get_connect_link",
            "POST api.withdraw_connect_link",
            "GET api.get_store",
            "GET api.get_health",
            "GET api.list_products",
            "GET api.get_product",
            "GET api.list_variations",
            "GET api.get_variation",
            "GET api.list_categories",
            "GET api.get_category",
            "GET api.list_coupons",
            "GET api.get_coupon",
            "GET api.list_orders",
            "GET api.get_order",
            "GET api.list_customers",
            "GET api.get_customer",
            "GET api.list_events",
            "GET api.get_event",
            "GET api.list_runs",
            "GET api.get_run",
            "POST api.start_run",
            "POST api.cancel_run",
            "POST api.pause_or_resume_resource",
            "POST api.create_quote",
            "POST api.dry_run_order",
            "POST api.check_availability",
            "POST api.submit_order",
            "GET api.list_submissions",
            "GET api.get_submission",
            "PATCH api.update_order",
            "PATCH api.change_selling",
            "POST api.cancel_order",
            "GET api.list_order_updates",
            "GET api.get_order_update",
            "POST api.resolve_order_update",
            "GET api.export_records",
            "POST api.create_export",
            "GET api.get_export",
            "GET api.download_export",
        ),
        KEYS_OF_THE_STORE,
    ),
    # Operators
    "GET operator.stores": OPERATORS,
    "POST operator.export_store_list": OPERATORS,
    "GET operator.custom_app_form": ADMINS,
    "POST operator.connect_custom_app": ADMINS,
    "GET operator.onboarding_list": OPERATORS,
    "POST operator.create_invite_link": OPERATORS,
    "GET operator.show_onboarding": OPERATORS,
    "POST operator.mail_connect_link": OPERATORS,
    "POST operator.renew_connect_link": OPERATORS,
    "POST operator.stop_invitee_reminders": OPERATORS,
    "POST operator.withdraw_onboarding": OPERATORS,
    "GET operator.failures": OPERATORS,
    "GET operator.confirm_retry_failures": ADMINS,
    "POST operator.retry_failures": ADMINS,
    "GET operator.work": OPERATORS,
    "GET operator.confirm_failed_jobs": ADMINS,
    "POST operator.retry_failed_jobs": ADMINS,
    "POST operator.discard_failed_jobs": ADMINS,
    "GET operator.schema_changes": OPERATORS,
    "GET operator.rejected_webhooks": OPERATORS,
    "GET operator.notifications": OPERATORS,
    "GET operator.audit_log": OPERATORS,
    "GET operator.security_events": OPERATORS,
    "POST operator.export_audit_log": ADMINS,
    "POST operator.retry_notification": ADMINS,
    "POST operator.retry_endpoint_alert": ADMINS,
    "POST operator.retry_notifications": ADMINS,
    "GET operator.users": OPERATORS,
    "GET operator.user": OPERATORS,
    "GET operator.change_user": ADMINS,
    "POST operator.change_user": ADMINS,
    "GET operator.channels": OPERATORS,
    "GET operator.show_channel": OPERATORS,
    "GET operator.alerts": OPERATORS,
    "GET operator.alert_deliveries": OPERATORS,
    "GET operator.alert_severities": OPERATORS,
    "POST operator.choose_alert_severities": ADMINS,
    **dict.fromkeys(
        (
            "GET operator.bulk_action_list",
            "GET operator.confirm_bulk_action",
            "POST operator.start_bulk_action",
            "POST operator.disconnect_stores",
            "POST operator.notify_merchants",
            "GET operator.show_bulk_action",
            "POST operator.cancel_bulk_action",
            "GET operator.new_channel",
            "POST operator.make_channel",
            "GET operator.edit_channel",
            "POST operator.change_channel_settings",
            "POST operator.pause_or_resume_channel",
            "POST operator.switch_alert_emails",
            "GET operator.confirm_channel_closing",
            "POST operator.close_channel",
            "GET operator.new_channel_key",
            "POST operator.make_channel_key",
            "GET operator.confirm_channel_key_revocation",
            "POST operator.revoke_marketplace_key",
            "GET operator.confirm_channel_endpoint_deletion",
            "POST operator.delete_channel_endpoint",
            "GET operator.new_alert_channel",
            "POST operator.make_alert_channel",
            "GET operator.edit_alert_channel",
            "POST operator.change_alert_channel",
            "POST operator.test_alert_channel",
            "GET operator.confirm_alert_channel_deletion",
            "POST operator.delete_alert_channel",
        ),
        ADMINS,
    ),
}
