"""Tests for custom apps: tokens without OAuth, their scopes, events and deletion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from portal.sandbox.custom_apps import DEFAULT_SCOPES
from portal.sandbox.webhook_sender import signature
from tests.sandbox.client import CLIENT, SandboxClient, error_of, page_text
from tests.sandbox.receiver import Receiver

PATH = "/stores/{}/custom-apps"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Receiver of webhooks."""
    with Receiver() as receiver:
        yield receiver


def create(sandbox: SandboxClient, store_id: int, **fields: Any) -> dict[str, Any]:
    """Create a custom app and return it."""
    answer = sandbox.admin("POST", PATH.format(store_id), fields)
    assert answer.status_code == 201, answer.text
    app: dict[str, Any] = answer.json()
    return app


def test_a_new_custom_app_has_both_tokens_and_the_default_scopes(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store()

    app = create(sandbox, store_id)

    assert app["scopes"] == list(DEFAULT_SCOPES)
    assert app["token"].startswith("secret_")
    assert app["public_token"].startswith("public_")
    token = sandbox.api(store_id, "/application/token", token=app["token"]).json()
    assert token["permissions"] == list(DEFAULT_SCOPES)
    assert sandbox.api(store_id, "/customers", token=app["token"]).status_code == 403


def test_a_custom_app_works_in_its_own_store_only(sandbox: SandboxClient) -> None:
    app = create(sandbox, sandbox.make_store())

    assert sandbox.api(sandbox.make_store(), "/profile", token=app["token"]).status_code == 403


def test_new_scopes_apply_to_the_same_token(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store()
    app = create(sandbox, store_id)

    path = f"{PATH.format(store_id)}/{app['id']}"
    changed = sandbox.admin("PATCH", path, {"scopes": ["read_customers"]}).json()

    assert (changed["token"], changed["public_token"]) == (app["token"], None)
    assert sandbox.api(store_id, "/customers", token=app["token"]).status_code == 200
    refused = sandbox.api(store_id, "/products", token=app["token"])
    assert error_of(refused) == (403, "INSUFFICIENT_APP_SCOPE")


def test_deleting_a_custom_app_revokes_its_token_alone(
    sandbox: SandboxClient, store_id: int
) -> None:
    app, other = create(sandbox, store_id), create(sandbox, store_id)

    sandbox.admin("DELETE", f"{PATH.format(store_id)}/{app['id']}")

    assert sandbox.api(store_id, "/profile", token=app["token"]).status_code == 403
    assert sandbox.api(store_id, "/profile", token=other["token"]).status_code == 200
    assert sandbox.api(store_id, "/profile").status_code == 200
    assert [left["id"] for left in sandbox.admin("GET", PATH.format(store_id)).json()] == [
        other["id"]
    ]


def test_an_app_may_delete_itself(sandbox: SandboxClient, store_id: int) -> None:
    app = create(sandbox, store_id, scopes=["read_store_profile", "update_store_profile"])

    answer = sandbox.api(store_id, "/application", method="DELETE", token=app["token"])

    assert answer.json() == {"deleteCount": 1}
    assert sandbox.api(store_id, "/profile", token=app["token"]).status_code == 403
    assert sandbox.api(store_id, "/profile").status_code == 200


def test_uninstalling_the_registered_app_leaves_custom_apps(
    sandbox: SandboxClient, store_id: int
) -> None:
    app = create(sandbox, store_id)

    sandbox.admin("POST", f"/stores/{store_id}/uninstall")

    assert sandbox.api(store_id, "/profile", token=app["token"]).status_code == 200
    assert sandbox.admin("GET", f"/stores/{store_id}").json()["installed"] is False


def test_a_custom_app_signs_its_events_with_its_own_secret(
    sandbox: SandboxClient, receiver: Receiver
) -> None:
    store_id = sandbox.make_store()
    app = create(sandbox, store_id, webhook_url=receiver.url)

    sandbox.make_product(store_id)

    [request] = receiver.wait_for("product.created", store_id)
    event = request.body["eventCreated"], request.body["eventId"]
    given = request.headers["X-Ecwid-Webhook-Signature"]
    assert given == signature(app["client_secret"], *event)
    assert given != signature(CLIENT["client_secret"], *event)


def test_each_app_has_its_own_registrations_and_events(
    sandbox: SandboxClient, store_id: int
) -> None:
    app = create(sandbox, store_id, scopes=["read_store_profile"])
    body = {"url": "http://127.0.0.1:9/custom", "events": ["profile.updated"]}
    sandbox.subscribe(store_id, "profile.updated")
    sandbox.api(store_id, "/webhooks", method="POST", json=body, token=app["token"])

    sandbox.admin("PATCH", f"/stores/{store_id}", {"name": "Renamed"})

    [listed] = sandbox.api(store_id, "/webhooks", token=app["token"]).json()["items"]
    assert listed["url"] == body["url"]
    sent = [d for d in sandbox.deliveries(store_id) if d["type"] == "profile.updated"]
    assert {d["url"] for d in sent} == {"http://127.0.0.1:9/custom", "http://127.0.0.1:9/hooks"}
    assert len({d["event_id"] for d in sent}) == 2


@pytest.mark.parametrize(
    "fields",
    [{"scopes": "all"}, {"scopes": [""]}, {"webhook_url": 5}, {"webhook_url": "ftp://x"}],
)
def test_an_invalid_custom_app_is_refused(sandbox: SandboxClient, fields: dict[str, Any]) -> None:
    answer = sandbox.admin("POST", PATH.format(sandbox.make_store()), fields)

    assert answer.status_code == 400


@pytest.mark.parametrize(("method", "path"), [("POST", ""), ("GET", ""), ("DELETE", "/7")])
def test_an_unknown_store_or_custom_app_is_a_404(
    sandbox: SandboxClient, method: str, path: str
) -> None:
    assert sandbox.admin(method, PATH.format(999) + path, {}).status_code == 404


def test_the_page_creates_changes_and_deletes_a_custom_app(sandbox: SandboxClient) -> None:
    path = f"/_sandbox{PATH.format(sandbox.make_store())}"

    created = sandbox.call("POST", path, data={"scope": ["read_catalog", "read_orders"]})
    assert created.status_code == 303
    store_id = int(path.split("/")[3])
    [app] = sandbox.parts.custom_apps.all(store_id)
    shown = page_text(sandbox.call("GET", path))
    assert app["token"] in shown
    assert app["client_secret"] in shown
    sandbox.call("POST", f"{path}/{app['id']}", data={"scope": ["read_orders"]})
    assert sandbox.parts.custom_apps.get(store_id, app["id"])["scopes"] == ["read_orders"]
    sandbox.call("POST", f"{path}/{app['id']}/delete")

    assert sandbox.parts.custom_apps.all(store_id) == []
    assert app["token"] not in page_text(sandbox.call("GET", path))
