"""Every secret is created by one POST, and shown once by the page that follows it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
from flask import Flask

from portal.models import (
    AlertChannel,
    ApiKey,
    BrowserSession,
    Channel,
    Merchant,
    Store,
    WebhookEndpoint,
    utc_now,
)
from portal.rules.accounts.operator_roles import OperatorRole
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.accounts.one_time_secrets import LIFETIME, prune_one_time_secrets
from portal.services.accounts.second_factor import pending_secret
from portal.services.api_keys.keys import create_key
from portal.services.runtime import Runtime
from portal.web.account.views.one_time_secret import SECRET_PAGES
from tests.factories import make_endpoint, make_factor
from tests.passkeys import Authenticator
from tests.web.conftest import Visitor, page_text
from tests.web.operator.test_alert_channels import FORM as ALERT_FORM

KEY_FORM = {"name": "ERP", "scopes": ["read_catalog"], "store": "all"}
ENDPOINT_FORM = {
    "name": "ERP",
    "url": "https://erp.example/hooks",
    "store": "all",
    "events": ["order.created"],
}
SHOWN = {
    "api-key": r"mp_[0-9a-f]+_[\w-]{43}",
    "channel-key": r"mp_[0-9a-f]+_[\w-]{43}",
    "signing-secret": r"whsec_[\w+/]{43}=",
    "alert-secret": r"whsec_[\w+/]{43}=",
    "recovery-codes": r"(?:[0-9a-f]{4}-){4}[0-9a-f]{4}",
}


class Scene:
    """An admin with a store, an API key and an endpoint, in one of their browsers."""

    def __init__(self, runtime: Runtime, merchant: Merchant, store: Store, app: Flask) -> None:
        self.runtime, self.merchant, self.store = runtime, merchant, store
        self.browser = Visitor(app).force_login(merchant)

    def make_admin(self) -> None:
        """Let the person be an admin of the marketplace."""
        Merchant.update(operator_role=OperatorRole.ADMIN).execute()
        make_factor(self.merchant)

    def create_key(self) -> str:
        return self.send("/account/keys", **KEY_FORM)

    def rotate_key(self) -> str:
        made = create_key(self.merchant, "ERP", [KeyScope.READ_CATALOG], self.store)
        assert made is not None
        return self.send(f"/account/keys/{made.key.id}/rotate")

    def create_endpoint(self) -> str:
        return self.send("/account/webhooks", **ENDPOINT_FORM)

    def rotate_endpoint(self) -> str:
        endpoint = make_endpoint(self.merchant, self.runtime.sealer)
        return self.send(f"/account/webhooks/{endpoint.id}/rotate")

    def create_alert_channel(self) -> str:
        self.make_admin()
        return self.send("/operator/alerts/channels", **ALERT_FORM | {"medium": "webhook"})

    def create_channel_key(self) -> str:
        self.make_admin()
        channel = Channel.create(name="Market")
        form = {"name": "Market", "scopes": ["read_catalog"], "mode": "live"}
        return self.send(f"/operator/channels/{channel.id}/keys/new", **form)

    def turn_factor_on(self) -> str:
        self.browser.post("/account/second-factor")
        secret = pending_secret(self.runtime.sealer, self.merchant)
        assert secret is not None
        return self.send("/account/second-factor/confirm", code=pyotp.TOTP(secret).now())

    def renew_codes(self) -> str:
        make_factor(self.merchant)
        return self.send("/account/second-factor/codes")

    def add_passkey(self) -> str:
        device = Authenticator(self.runtime.settings.portal_url)
        answer = device.create(self.browser.post("/account/passkeys/options").json or {})
        return self.send("/account/passkeys", name="Phone", passkey=json.dumps(answer))

    def send(self, path: str, **fields: object) -> str:
        """Submit a form that creates a secret; return the page that it leads to."""
        response = self.browser.post(path, **fields)
        assert response.status_code == 303, response.text
        assert not any(re.search(pattern, response.text) for pattern in SHOWN.values())
        return str(response.location)


# Each POST route that creates a secret, with the kind of its page.
CREATED: dict[str, tuple[Callable[[Scene], str], str]] = {
    "api_keys.make": (Scene.create_key, "api-key"),
    "api_keys.rotate": (Scene.rotate_key, "api-key"),
    "endpoints.make": (Scene.create_endpoint, "signing-secret"),
    "endpoints.rotate": (Scene.rotate_endpoint, "signing-secret"),
    "operator.make_alert_channel": (Scene.create_alert_channel, "alert-secret"),
    "operator.make_channel_key": (Scene.create_channel_key, "channel-key"),
    "account.confirm_second_factor": (Scene.turn_factor_on, "recovery-codes"),
    "account.renew_codes": (Scene.renew_codes, "recovery-codes"),
    "account.add_passkey": (Scene.add_passkey, "recovery-codes"),
}


@pytest.fixture
def scene(runtime: Runtime, merchant: Merchant, store: Store, app: Flask) -> Scene:
    """The person with a browser."""
    return Scene(runtime, merchant, store, app)


def counts() -> tuple[int, ...]:
    """Return the numbers of rows with secrets."""
    return ApiKey.select().count(), WebhookEndpoint.select().count(), AlertChannel.select().count()


@pytest.mark.parametrize("route", CREATED)
def test_secret_is_shown_by_the_next_page_once(scene: Scene, route: str) -> None:
    create, kind = CREATED[route]
    place = create(scene)
    made = counts()
    other = Visitor(scene.browser.client.application).force_login(scene.merchant)

    elsewhere = other.get(place)
    head = scene.browser.client.head(place)
    first, second = scene.browser.get(place), scene.browser.get(place)

    assert place == f"/account/new-secret/{kind}"
    assert re.search(SHOWN[kind], first.text)
    assert "data-copy-from" in first.text
    assert first.headers["Cache-Control"] == "no-store"
    for hidden in (elsewhere, head, second):
        assert not re.search(SHOWN[kind], hidden.text)
    assert "already been shown" in page_text(second)
    assert str(SECRET_PAGES[kind].lost) in page_text(second)
    assert counts() == made


def test_each_kind_of_secret_is_in_the_table() -> None:
    assert {kind for _create, kind in CREATED.values()} == {*SECRET_PAGES} == {*SHOWN}


def test_secret_is_sealed_and_deleted_after_ten_minutes(scene: Scene, runtime: Runtime) -> None:
    place = scene.create_key()
    row = BrowserSession.get(BrowserSession.sealed_one_time_secret.is_null(False))
    assert "mp_" not in row.sealed_one_time_secret
    BrowserSession.update(one_time_secret_until=utc_now() - timedelta(seconds=1)).execute()

    late = scene.browser.get(place)

    assert not re.search(SHOWN["api-key"], late.text)
    assert (
        BrowserSession.select().where(~BrowserSession.sealed_one_time_secret.is_null()).count() == 0
    )
    scene.create_key()
    assert prune_one_time_secrets(runtime) == 0
    BrowserSession.update(one_time_secret_until=utc_now() - LIFETIME).execute()
    assert prune_one_time_secrets(runtime) == 1


def test_page_of_another_kind_shows_nothing_and_uses_nothing_up(scene: Scene) -> None:
    place = scene.create_key()

    wrong = scene.browser.get("/account/new-secret/signing-secret")

    assert not re.search(SHOWN["api-key"], wrong.text)
    assert re.search(SHOWN["api-key"], scene.browser.get(place).text)
    assert scene.browser.get("/account/new-secret/nonsense").status_code == 404


def test_secret_that_no_key_opens_counts_as_lost(scene: Scene) -> None:
    place = scene.create_key()
    BrowserSession.update(sealed_one_time_secret="damaged").execute()

    assert "already been shown" in page_text(scene.browser.get(place))


def test_page_of_a_key_has_its_header_and_leads_back(scene: Scene) -> None:
    page = scene.browser.get(scene.rotate_key())

    assert "Authorization: Bearer mp_" in page.text
    assert "The previous key works until" in page_text(page)
    assert 'href="/account/keys"' in page.text
