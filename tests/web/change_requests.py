"""A successful request of every route that changes something, for `tests.web.test_audit_log`.

A new route with POST, PUT, PATCH or DELETE needs a row in `CHANGES`, or a reason in `EXEMPT`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pyotp
from werkzeug.datastructures import MultiDict

from portal.models import (
    ApiKey,
    ChannelConsent,
    EventReplay,
    EventState,
    Issue,
    Merchant,
    Onboarding,
    Order,
    OrderUpdate,
    OrderUpdateState,
    PrivacyRequest,
    PrivacyRequestKind,
    RecoveryCode,
    SecondFactor,
    Store,
    StoreState,
    WebhookEndpoint,
    WebhookEvent,
    utc_now,
)
from portal.rules.alerts.alert_kinds import ALERT_SEVERITIES
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.orders.sale_terms import SellingSide
from portal.services.accounts.change_email import request_email_change
from portal.services.accounts.change_password import reset_token_for
from portal.services.accounts.invitations import invite
from portal.services.accounts.second_factor import begin_factor, pending_secret
from portal.services.accounts.sign_up import sign_up_token
from portal.services.api_keys.suspend_keys import suspend_keys
from portal.services.connection.channel_links import LinkRequest, create_channel_link
from portal.services.connection.connect_link_tokens import link_token, stop_token
from portal.services.connection.connect_links import create_link
from portal.services.operator.summarize_stores import summarize
from portal.services.runs.run_control import pause
from portal.services.runtime import Runtime
from portal.web.orders.order_form import read_order_form, request_digest
from tests.factories import UPDATED_AT, make_channel
from tests.web.conftest import PASSWORD

NEW_PASSWORD = "correct horse battery"
ORDER = {"lines": [{"sku": "MUG-1", "quantity": 1}], "email": "ada@shopper.example"}

# Route to the reason why its success adds no entry.
EXEMPT: dict[str, str] = {
    "POST accounts.send_sign_up_link": "sends an e-mail, and changes nothing",
    "POST accounts.send_reset": "sends an e-mail, and changes nothing",
    "POST accounts.open_session": "a sign-in is a row in the list of sessions, with time and IP",
    "POST accounts.check_code": "a sign-in, as above",
    "POST accounts.passkey_options": "a challenge in the cookie of this browser",
    "POST accounts.second_step_passkey_options": "a challenge, as above",
    "POST accounts.sign_in_with_passkey": "a sign-in, as above",
    "POST accounts.finish_with_passkey": "a sign-in, as above",
    "POST accounts.sign_out": "deletes the row of this browser's sign-in",
    "POST account.begin_second_factor": "the secret has no effect until it is confirmed",
    "POST account.begin_passkey": "asks for the password, and changes nothing",
    "POST account.new_passkey_options": "a challenge in the cookie of this browser",
    "POST account.confirmation_options": "a challenge, as above",
    "POST account.confirm_with_passkey": "a time in the row of this browser's sign-in",
    # tests/web/account/test_passkeys.py has its entry, because it needs a challenge in the cookie.
    "POST account.add_passkey": "adds a passkey",
    "POST api.create_quote": "reads from the store, and stores nothing",
    "POST api.check_availability": "reads from the store, and stores nothing",
    "POST api.dry_run_order": "reads from the store, and stores nothing",
    "POST connect.decline_link": "an event, and a step of the link; nothing is changed",
    # tests/web/connect/test_app_market.py has its entry, because it needs Ecwid.
    "POST connect.dismiss_attempt": "hides the person's own failed attempt",
    "POST connect.claim": "connects a store, as the callback does",
    # tests/web/connect/test_custom_app.py and tests/web/operator/test_custom_app.py have theirs.
    "POST connect.custom_app": "connects a store, as the callback does",
    "POST connect.link_custom_app": "connects a store, as the callback does",
    "POST stores.replace_token": "connects a store, as the callback does",
    "POST operator.connect_custom_app": "connects a store, as the callback does",
    # tests/web/operator/test_work.py and test_failures.py have theirs.
    "POST operator.retry_failed_jobs": "changes Redis, which no transaction can undo",
    "POST operator.discard_failed_jobs": "changes Redis, which no transaction can undo",
    "POST operator.retry_failures": "the entry is committed before the work is retried",
}


@dataclass(frozen=True)
class World:
    """Rows of `make_rows` and the people by name."""

    runtime: Runtime
    rows: Mapping[str, Any]
    people: Mapping[str, Merchant]

    @property
    def owner(self) -> Merchant:
        """Return the store's owner."""
        return self.people["owner"]

    @property
    def store(self) -> Store:
        """Return the store."""
        found: Store = Store.get_by_id(self.rows["store_id"])
        return found


Prepare = Callable[[World], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Change:
    """Request that succeeds.

    ``by`` is a person's name or empty. ``prepare`` makes the state that the request needs, and
    returns further fields or variables of the URL.
    """

    by: str = "owner"
    fields: Mapping[str, Any] = field(default_factory=dict)
    prepare: Prepare = lambda _world: None


def _sign_up_token(world: World) -> dict[str, Any]:
    return {"token": sign_up_token(world.runtime.settings.secret_keys, "new@example.com")}


def _reset_token(world: World) -> dict[str, Any]:
    return {"token": reset_token_for(world.runtime.settings.secret_keys, world.owner.email)}


def _email_token(world: World) -> dict[str, Any]:
    return {"token": request_email_change(world.owner, "later@example.com").new_token}


def _first_code(world: World) -> dict[str, Any]:
    begin_factor(world.runtime.sealer, world.owner)
    secret = pending_secret(world.runtime.sealer, world.owner)
    assert secret is not None
    return {"code": pyotp.TOTP(secret).now()}


def _factor(world: World) -> None:
    begin_factor(world.runtime.sealer, world.owner)
    SecondFactor.update(confirmed_at=utc_now()).execute()
    RecoveryCode.create(merchant=world.owner, code_digest="x")


def _invitation_token(world: World) -> dict[str, Any]:
    return {"token": invite(world.store, world.owner, "fresh@example.com").token}


def _link_token(world: World) -> dict[str, Any]:
    link = create_link(world.people["admin"], "Clay & Co")
    return {"token": link_token(world.runtime.settings.secret_keys, link)}


def _channel_link(world: World) -> dict[str, Any]:
    link = create_channel_link(make_channel(), LinkRequest("shop-7"))
    return {"token": link_token(world.runtime.settings.secret_keys, link)}


def _stop_token(world: World) -> dict[str, Any]:
    link = Onboarding.get_by_id(world.rows["onboarding_id"])
    return {"token": stop_token(world.runtime.settings.secret_keys, link)}


def _disconnected(world: World) -> dict[str, Any]:
    Store.update(state=StoreState.DISCONNECTED).execute()
    return {"name": world.store.name}


def _dismissed_issue(_world: World) -> None:
    Issue.update(resolved_at=utc_now(), dismissed_at=UPDATED_AT).execute()


def _store_name(world: World) -> dict[str, Any]:
    return {"name": world.store.name, "copy": "keep"}


def _conflict(_world: World) -> None:
    OrderUpdate.update(state=OrderUpdateState.CONFLICT).execute()


def _paused_selling(world: World) -> None:
    ChannelConsent.update(
        selling_paused_at=utc_now(), selling_paused_by=SellingSide.STORE
    ).execute()


def _held_erasure(world: World) -> dict[str, Any]:
    request = PrivacyRequest.create(
        store=world.store,
        kind=PrivacyRequestKind.ERASURE,
        customer_id=12,
        held_until=utc_now() + timedelta(hours=1),
    )
    return {"request_id": request.id}


def _not_shipped(_world: World) -> None:
    Order.update(fulfillment_status="PROCESSING").execute()


def _order_form(world: World) -> dict[str, Any]:
    fields = {
        "line-0-product": "5",
        "line-0-quantity": "1",
        "email": "ada@shopper.example",
        "idempotency_key": "form-1",
    }
    request = read_order_form(world.store, MultiDict(fields)).order_request()
    return {**fields, "action": "submit", "quote_digest": request_digest(request)}


def _applied_event(_world: World) -> None:
    EventReplay.delete().execute()
    WebhookEvent.update(state=EventState.APPLIED).execute()


def _paused(world: World) -> None:
    pause(world.store, world.rows["resource"])


def _one_store(world: World) -> dict[str, Any]:
    summarize(lambda _store_id: True, utc_now())
    return {"action": "pause", "count": "1"}


def _off(_world: World) -> None:
    WebhookEndpoint.update(state="paused").execute()


def _suspended(world: World) -> None:
    suspend_keys(world.owner)


def _key_of_operator(_world: World) -> None:
    ApiKey.update(channel=make_channel(), merchant=None).execute()


def _link_of_operator(world: World) -> dict[str, Any]:
    _key_of_operator(world)
    channel = ApiKey.select().first().channel
    return {"link_id": create_channel_link(channel, LinkRequest("shop-7")).id}


ENDPOINT = {"name": "W", "url": "https://hooks.example/", "event_types": ["order.created"]}
ALERT_CHANNEL = {"medium": "mail", "name": "On call", "state": "on", "min_severity": "info"}
CHANNEL = {
    "name": "Sports Market",
    "contact_email": "api@sports.example",
    "scopes": ["read_catalog"],
}
CHANNEL_KEY = {
    "name": "Market key",
    "scopes": ["read_catalog"],
    "mode": "live",
    "password": PASSWORD,
}
_NAMED = {"name": "ERP", "store": "all"}
CHANGES: dict[str, Change] = {
    "POST accounts.set_password": Change("", {"password": NEW_PASSWORD}, _sign_up_token),
    "POST accounts.set_new_password": Change("", {"password": NEW_PASSWORD}, _reset_token),
    "POST account.end_session": Change(),
    "POST account.end_other_sessions": Change(),
    "POST account.set_password": Change(
        fields={"password": PASSWORD, "new_password": NEW_PASSWORD}
    ),
    "POST account.request_email_change": Change(
        fields={"password": PASSWORD, "email": "later@example.com"}
    ),
    "POST account.resolve_email_change": Change("", prepare=_email_token),
    "POST account.confirm_second_factor": Change(prepare=_first_code),
    "POST account.renew_codes": Change(fields={"password": PASSWORD}, prepare=_factor),
    "POST account.disable_second_factor": Change(fields={"password": PASSWORD}, prepare=_factor),
    "POST account.rename_passkey": Change(fields={"name": "Laptop"}),
    "POST account.remove_passkey": Change(fields={"password": PASSWORD}),
    "POST account.choose_notifications": Change(fields={"quiet_from": "any", "quiet_until": "7"}),
    "POST account.change_name": Change(fields={"name": "Ada"}),
    "POST account.choose_region": Change(fields={"language": "", "time_zone": "Asia/Tokyo"}),
    "POST languages.switch": Change(fields={"language": "en"}),
    "POST account.export": Change(),
    "POST account.delete": Change("staff", {"password": PASSWORD}),
    "POST invitations.join": Change("", {"password": NEW_PASSWORD}, _invitation_token),
    "POST invitations.accept": Change("guest"),
    "POST invitations.decline": Change("guest"),
    "POST connect.start": Change(),
    "POST connect.accept_link": Change(prepare=_link_token),
    "POST connect.allow_own_store": Change(fields={"store_id": "1003"}, prepare=_channel_link),
    "POST connect.stop_link_reminders": Change("", prepare=_stop_token),
    "POST stores.sync": Change(),
    "POST stores.start_reconnect": Change(),
    "POST stores.check_connection": Change("admin"),
    "POST stores.dismiss": Change("staff", {"until": UPDATED_AT.isoformat()}),
    "POST stores.reopen_issue": Change("staff", prepare=_dismissed_issue),
    "POST stores.disconnect": Change(prepare=_store_name),
    "POST stores.erase": Change(prepare=_disconnected),
    "POST orders.submit_form": Change("staff", prepare=_order_form),
    "POST orders.update": Change(
        fields={"original-tracking_number": "", "tracking_number": "1Z 999"}
    ),
    "POST orders.update_selected": Change(
        fields={"order": "90", "fulfillment_status": "DELIVERED"}
    ),
    "POST orders.export_selected": Change(fields={"order": "90"}),
    "POST orders.resolve_update": Change(prepare=_conflict),
    "POST privacy.download_export": Change(),
    "POST privacy.stop": Change(prepare=_held_erasure),
    "POST privacy.erase_now": Change(prepare=_held_erasure),
    "POST channels.change": Change(),
    "POST channels.change_stock_buffer": Change(fields={"stock_buffer": "2"}),
    "POST channels.pause_sales": Change(),
    "POST channels.resume_sales": Change(prepare=_paused_selling),
    "POST channels.choose_catalog": Change(fields={"kind": "all"}),
    "POST channels.pick": Change(),
    "POST channels.revoke_key": Change(),
    "POST channels.narrow": Change(fields={"scopes": ["read_catalog"]}),
    "POST team.send_invitation": Change(fields={"email": "more@example.com"}),
    "POST team.withdraw_invitation": Change(),
    "POST team.remove": Change(),
    "POST team.change_role": Change(fields={"role": "read_only"}),
    "POST team.second_factor": Change(fields={"required": "yes"}, prepare=_factor),
    "POST team.transfer_ownership": Change(fields={"password": PASSWORD}),
    "POST events.replay_event": Change("admin", prepare=_applied_event),
    "POST events.start_replay": Change("admin", prepare=_applied_event),
    "POST events.cancel": Change("admin"),
    "POST sync.control": Change("admin"),
    "POST sync.cancel": Change("admin"),
    "POST sync.resync": Change("admin", {"resource": "products", "entity_id": "5"}),
    "POST sync.retry": Change("admin"),
    "POST sync.start_retry_all": Change("admin"),
    "POST exports.download": Change("staff"),
    "POST exports.file": Change("staff"),
    "POST api_keys.make": Change(
        fields={**_NAMED, "scopes": [*KeyScope][:1], "password": PASSWORD}
    ),
    "POST api_keys.rotate": Change(fields={"password": PASSWORD}),
    "POST api_keys.suspend": Change(),
    "POST api_keys.resume": Change(fields={"password": PASSWORD}, prepare=_suspended),
    "POST api_keys.revoke": Change(),
    "POST endpoints.make": Change(
        fields={**_NAMED, "url": "https://erp.example/hooks", "events": ["order.created"]}
    ),
    "POST endpoints.change": Change(
        fields={**_NAMED, "url": "https://erp.example/other", "events": ["order.created"]}
    ),
    "POST endpoints.pause": Change(),
    "POST endpoints.turn_on": Change(prepare=_off),
    "POST endpoints.rotate": Change(),
    "POST endpoints.test": Change(),
    "POST endpoints.delete": Change(),
    "POST endpoints.replay": Change(),
    "POST endpoints.replay_all": Change(fields={"hours": "720"}),
    "POST api.create_key": Change(fields={"name": "ERP", "scopes": ["read_orders"]}),
    "POST api.rotate_key": Change(),
    "POST api.revoke_key": Change(),
    "POST api.create_webhook_endpoint": Change(fields=ENDPOINT),
    "PUT api.change_webhook_endpoint": Change(fields=ENDPOINT),
    "POST api.pause_or_resume_webhook_endpoint": Change(),
    "POST api.send_webhook_test_event": Change(fields={"type": "order.created"}),
    "POST api.rotate_webhook_secret": Change(),
    "DELETE api.delete_webhook_endpoint": Change(),
    "POST api.create_connect_link": Change(
        fields={"reference": "shop-7"}, prepare=_key_of_operator
    ),
    "POST api.withdraw_connect_link": Change(prepare=_link_of_operator),
    "POST api.create_export": Change(fields={"records": "orders", "format": "csv"}),
    "POST api.start_run": Change(fields={"resource": "orders"}),
    "POST api.cancel_run": Change(),
    "POST api.pause_or_resume_resource": Change(),
    "POST api.submit_order": Change(fields=ORDER),
    "PATCH api.update_order": Change(fields={"tracking_number": "1Z 999"}),
    "PATCH api.change_selling": Change(fields={"is_paused": True}),
    "POST api.cancel_order": Change(prepare=_not_shipped),
    "POST api.resolve_order_update": Change(fields={"action": "discard"}, prepare=_conflict),
    "POST operator.create_invite_link": Change("support", {"label": "Clay & Co"}),
    "POST operator.withdraw_onboarding": Change("support"),
    "POST operator.mail_connect_link": Change("support"),
    "POST operator.renew_connect_link": Change("support"),
    "POST operator.stop_invitee_reminders": Change("support"),
    "POST operator.export_store_list": Change("support"),
    "POST operator.start_bulk_action": Change("admin", prepare=_one_store),
    "POST operator.disconnect_stores": Change("admin", {"password": PASSWORD}, _one_store),
    "POST operator.notify_merchants": Change(
        "admin", {"subject": "New fees", "message": "From May on."}, _one_store
    ),
    "POST operator.cancel_bulk_action": Change("admin"),
    "POST operator.change_user": Change("admin", {"password": PASSWORD}),
    "POST operator.make_channel": Change("admin", CHANNEL),
    "POST operator.change_channel_settings": Change("admin", CHANNEL),
    "POST operator.pause_or_resume_channel": Change("admin"),
    "POST operator.switch_alert_emails": Change("admin"),
    "POST operator.close_channel": Change("admin"),
    "POST operator.make_channel_key": Change("admin", CHANNEL_KEY),
    "POST operator.revoke_marketplace_key": Change("admin"),
    "POST operator.delete_channel_endpoint": Change("admin"),
    "POST operator.make_alert_channel": Change("admin", ALERT_CHANNEL),
    "POST operator.change_alert_channel": Change("admin", ALERT_CHANNEL),
    "POST operator.test_alert_channel": Change("admin"),
    "POST operator.delete_alert_channel": Change("admin"),
    "POST operator.choose_alert_severities": Change(
        "admin", {**ALERT_SEVERITIES, "suspended": "info"}
    ),
    "POST operator.export_audit_log": Change("admin"),
    "POST operator.retry_notification": Change("admin"),
    "POST operator.retry_endpoint_alert": Change("admin"),
    "POST operator.retry_notifications": Change("admin"),
}
