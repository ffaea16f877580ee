"""Parts of docs/marketplace.py that a run without trouble never reaches."""

from __future__ import annotations

import runpy
from dataclasses import dataclass
from typing import Any

import pytest
from standardwebhooks import Webhook

from portal.models import utc_now
from portal.paths import ROOT

pytestmark = pytest.mark.unmeasured

SCRIPT = runpy.run_path(str(ROOT / "docs" / "marketplace.py"))
SECRET = "whsec_" + "c2VjcmV0" * 4
BODY = '{"type":"ping"}'


@dataclass
class Delivered:
    """A merchant whose order was delivered, which no webhook has reported."""

    reference: str
    outcome: str = ""
    webhooks: int = 0

    def advance(self) -> None:
        """Find the outcome by reading."""
        self.outcome = "delivered"


def headers(secret: str = SECRET, **changes: str) -> dict[str, Any]:
    """Return the headers of a signed webhook."""
    now = utc_now()
    signature = Webhook(secret).sign("msg_1", now, BODY)
    sent = {"webhook-id": "msg_1", "webhook-timestamp": str(int(now.timestamp()))}
    return {**sent, "webhook-signature": signature, **changes}


def test_lost_webhook_is_made_up_for_after_a_silence() -> None:
    merchants = [Delivered("north-1"), Delivered("east-1")]

    assert SCRIPT["sell_for"](merchants, 0.01) == 1
    assert [(each.outcome, each.webhooks) for each in merchants] == [("delivered", 0)] * 2


def test_webhook_leads_to_the_next_step_of_its_merchant_alone() -> None:
    north, east = Delivered("north-1"), Delivered("east-1")
    queue = SCRIPT["Receiver"].events
    queue.put({"type": "order.updated", "data": {"external_reference": "north-1"}})
    queue.put({"type": "connect_link.completed", "data": {"reference": "east-1"}})

    assert SCRIPT["sell_for"]([north, east], 5) == 0
    assert (north.webhooks, east.webhooks) == (1, 1)


def test_only_signed_webhooks_of_now_are_accepted() -> None:
    is_valid = SCRIPT["is_valid_signature"]

    assert is_valid(SECRET, headers(), BODY.encode())
    assert not is_valid(SECRET, headers(), b'{"type":"order.updated"}')
    assert not is_valid(SECRET, headers("whsec_" + "b3RoZXIh" * 4), BODY.encode())
    assert not is_valid(SECRET, headers(**{"webhook-timestamp": "1700000000"}), BODY.encode())
    assert not is_valid(SECRET, {}, BODY.encode())
