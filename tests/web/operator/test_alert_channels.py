"""Admins create, change, test and delete channels of alerts; URLs and secrets stay secret."""

from __future__ import annotations

from typing import Any

import pytest
from rq import Queue
from rq.serializers import JSONSerializer

from portal.models import (
    AlertChannel,
    AlertDelivery,
    AlertMedium,
    AlertMessage,
    AuditLogEntry,
    Merchant,
    utc_now,
)
from portal.rules.alerts.alert_kinds import ALERT_TITLES
from portal.services.alerts.channels import CHANNELS_LIMIT
from portal.services.runtime import Runtime
from tests.sealed import open_secret
from tests.web.conftest import Visitor, page_text

PAGE = "/operator/alerts/channels"
SECRET_URL = "https://hooks.chat.example/services/T1/B2/very-secret"
FORM: dict[str, Any] = {
    "medium": "slack",
    "name": "On call",
    "url": SECRET_URL,
    "state": "on",
    "min_severity": "warning",
    "kinds": list(ALERT_TITLES),
    "quiet_from": "22",
    "quiet_until": "6",
    "digest_hour": "8",
    "timezone": "Europe/Berlin",
}


def make(operator: Visitor, **changes: object) -> AlertChannel:
    """Create a channel by the form."""
    assert operator.post(PAGE, **FORM | changes).status_code == 303
    return AlertChannel.select().order_by(AlertChannel.id.desc()).get()


def audited() -> list[str]:
    return [entry.action for entry in AuditLogEntry.select().order_by(AuditLogEntry.id)]


@pytest.mark.parametrize("medium", AlertMedium)
def test_each_medium_has_a_form(operator: Visitor, medium: AlertMedium) -> None:
    page = operator.get(f"{PAGE}/new?medium={medium}").text

    assert ('name="url"' in page) is (medium is not AlertMedium.MAIL)
    assert page.count("checked") == len(ALERT_TITLES)


@pytest.mark.promise(10)
def test_channel_is_saved_and_its_url_is_never_shown_again(
    operator: Visitor, runtime: Runtime
) -> None:
    kinds = [kind for kind in ALERT_TITLES if kind != "endpoint_off"]

    channel = make(operator, kinds=kinds)

    assert open_secret(runtime.sealer, channel, "sealed_url") == SECRET_URL
    assert (channel.quiet_from, channel.quiet_until, channel.digest_hour) == (22, 6, 8)
    assert channel.digest_due_at > utc_now()
    assert channel.muted == ["endpoint_off"]
    for path in ("/operator/alerts", f"{PAGE}/{channel.id}/edit"):
        page = operator.get(path).text
        assert "hooks.chat.example" in page
        assert "very-secret" not in page
    assert audited() == ["alert_channel.created"]
    assert "very-secret" not in str(AuditLogEntry.get().after)


def test_signed_webhook_shows_its_secret_once(operator: Visitor, runtime: Runtime) -> None:
    response = operator.see_secret(PAGE, **FORM | {"medium": "webhook"})

    channel = AlertChannel.get()
    secret = open_secret(runtime.sealer, channel, "sealed_secret")
    assert secret.startswith("whsec_")
    assert secret in response.text
    assert secret not in operator.get(f"{PAGE}/{channel.id}/edit").text


def test_mail_channel_needs_no_url(operator: Visitor) -> None:
    channel = make(operator, medium="mail", url="", quiet_from="never", digest_hour="never")

    assert (channel.sealed_url, channel.sealed_secret, channel.quiet_from) == (None, None, None)
    assert (channel.digest_hour, channel.digest_due_at) == (None, None)


def test_change_without_a_url_keeps_the_present_one(operator: Visitor, runtime: Runtime) -> None:
    channel = make(operator)
    page = operator.get(f"{PAGE}/{channel.id}/edit").text
    assert 'value="On call"' in page

    changed = FORM | {"url": "", "name": "Night shift", "state": "off"}
    response = operator.post(f"{PAGE}/{channel.id}/edit", **changed)

    channel = AlertChannel.get_by_id(channel.id)
    assert response.headers["Location"] == "/operator/alerts"
    assert (channel.name, channel.is_enabled) == ("Night shift", False)
    assert open_secret(runtime.sealer, channel, "sealed_url") == SECRET_URL
    assert audited() == ["alert_channel.created", "alert_channel.changed"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 81},
        {"url": ""},
        {"url": "ftp://hooks.example"},
        {"url": "https://user:password@hooks.example"},
        {"min_severity": "loud"},
        {"kinds": ["weather"]},
        {"quiet_until": "22"},
        {"digest_hour": "24"},
        {"timezone": "Nowhere/At"},
    ],
)
def test_invalid_settings_are_refused(operator: Visitor, wrong: dict[str, object]) -> None:
    response = operator.post(PAGE, **FORM | wrong)

    assert response.status_code == 422
    assert "field__error" in response.text
    assert AlertChannel.select().count() == 0


def test_invalid_change_is_refused(operator: Visitor) -> None:
    channel = make(operator)

    response = operator.post(f"{PAGE}/{channel.id}/edit", **FORM | {"url": "nonsense"})

    assert response.status_code == 422
    assert audited() == ["alert_channel.created"]


def test_unknown_medium_and_unknown_channel_are_a_404(operator: Visitor) -> None:
    assert operator.get(f"{PAGE}/new?medium=pigeon").status_code == 404
    assert operator.post(PAGE, **FORM | {"medium": "pigeon"}).status_code == 404
    for action in ("edit", "delete", "test"):
        assert operator.post(f"{PAGE}/404/{action}", **FORM).status_code == 404


def test_number_of_channels_is_limited(operator: Visitor) -> None:
    row = {"name": "On call", "medium": AlertMedium.MAIL}
    AlertChannel.insert_many([row] * CHANNELS_LIMIT).execute()

    operator.post(PAGE, **FORM)

    assert AlertChannel.select().count() == CHANNELS_LIMIT
    assert "reached the maximum number of channels" in page_text(operator.get("/operator/alerts"))


def test_test_message_goes_through_the_daemon(
    operator: Visitor, merchant: Merchant, runtime: Runtime
) -> None:
    channel = make(operator, medium="mail")

    response = operator.post(f"{PAGE}/{channel.id}/test")

    assert response.headers["Location"] == "/operator/alerts/deliveries"
    assert (AlertMessage.get().purpose, AlertDelivery.get().recipient) == ("test", merchant)
    queue = Queue("mail", connection=runtime.redis, serializer=JSONSerializer)
    assert [job.args[0] for job in queue.jobs] == [channel.id]
    assert "Test On call ada@example.com Waiting" in page_text(
        operator.get("/operator/alerts/deliveries")
    )
    assert audited()[-1] == "alert_channel.tested"


def test_deleted_channel_goes_with_its_deliveries(operator: Visitor) -> None:
    channel = make(operator, medium="mail")
    operator.post(f"{PAGE}/{channel.id}/test")
    assert "On call" in page_text(operator.get(f"{PAGE}/{channel.id}/delete"))

    operator.post(f"{PAGE}/{channel.id}/delete")

    assert AlertChannel.select().count() == AlertDelivery.select().count() == 0
    assert audited()[-1] == "alert_channel.deleted"
