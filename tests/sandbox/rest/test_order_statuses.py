"""Order statuses: built-in ones, and custom ones that the store names."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.client import SandboxClient

CUSTOM = "/profile/order_status/CUSTOM_PAYMENT_STATUS_1"


def test_custom_statuses_are_disabled_and_have_no_name(
    sandbox: SandboxClient, store_id: int
) -> None:
    found = sandbox.api(store_id, "/profile/order_statuses").json()["items"]

    statuses = {status["statusId"]: status for status in found}
    assert len(statuses) == 20
    assert statuses["SHIPPED"] == {
        "statusId": "SHIPPED",
        "orderStatusType": "FULFILLMENT_STATUS",
        "defaultStatus": True,
        "enabled": True,
        "sendNotificationWhenStatusIsAssigned": True,
    }
    custom = statuses["CUSTOM_PAYMENT_STATUS_1"]
    assert (custom["orderStatusType"], custom["enabled"]) == ("PAYMENT_STATUS", False)
    assert "name" not in custom


def test_store_names_a_custom_status(sandbox: SandboxClient, store_id: int) -> None:
    named = {"name": "Deposit paid", "enabled": True}
    answer = sandbox.api(store_id, CUSTOM, method="PUT", json=named)
    sandbox.api(
        store_id, CUSTOM, method="PUT", json={"sendNotificationWhenStatusIsAssigned": False}
    )

    assert answer.json() == {"updateCount": 1}
    status = sandbox.api(store_id, CUSTOM).json()
    assert (status["name"], status["enabled"]) == ("Deposit paid", True)
    assert status["sendNotificationWhenStatusIsAssigned"] is False


@pytest.mark.parametrize(
    ("path", "change", "status"),
    [
        ("/profile/order_status/PAID", {"name": "Settled"}, 400),
        ("/profile/order_status/LOST", {"name": "Lost"}, 404),
        (CUSTOM, {"name": " "}, 400),
        (CUSTOM, {"enabled": "yes"}, 400),
        (CUSTOM, [], 400),
    ],
)
def test_invalid_change_of_a_status_is_refused(
    sandbox: SandboxClient, store_id: int, path: str, change: Any, status: int
) -> None:
    assert sandbox.api(store_id, path, method="PUT", json=change).status_code == status
