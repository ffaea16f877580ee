"""Operators create, mail, renew and withdraw connect links."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from rq import Queue
from rq.serializers import JSONSerializer

from portal.models import (
    AuditLogEntry,
    ConnectLinkEmail,
    Merchant,
    NotificationState,
    Onboarding,
    utc_now,
)
from portal.rules.accounts.operator_roles import OperatorRole
from portal.rules.connection.connect_failures import ConnectStep
from portal.services.connection.connect_link_emails import MIN_REQUEST_INTERVAL
from portal.services.connection.connect_links import LABEL_LIMIT, NOTE_LIMIT
from portal.services.runtime import Runtime
from tests.web.conftest import Visitor, page_text
from tests.web.operator.conftest import set_role

PAGE = "/operator/onboarding"


def create(operator: Visitor, **fields: str) -> str:
    """Create a link through the form; return the path of its page."""
    made = operator.post(PAGE, **{"label": "Clay & Co", "email": "ann@clay.example"} | fields)
    assert made.status_code == 303, made.text
    return str(made.headers["Location"])


def link_on(operator: Visitor, page: str) -> str:
    """Return the path of the link in the field to copy."""
    found = re.search(
        r'value="http://[^/]+(/connect/link/[^"]+)"\s+readonly', operator.get(page).text
    )
    assert found
    return unescape(found[1])


def actions() -> list[str]:
    """Return the audited actions, oldest first."""
    return [entry.action for entry in AuditLogEntry.select().order_by(AuditLogEntry.id)]


def test_support_creates_a_link_and_withdraws_it(
    operator: Visitor, merchant: Merchant, visitor: Visitor
) -> None:
    set_role(merchant, OperatorRole.SUPPORT)
    assert "Everyone has finished" in page_text(operator.get(PAGE))

    page = create(operator, label=" Clay <Co> ", email=" Ann@Clay.example ", note="Hi <b>Ann</b>")
    shown, link = operator.get(page), link_on(operator, page)
    opened = visitor.get(link)
    withdrawn = operator.post(f"{page}/withdraw")

    assert "Clay <Co>" in page_text(shown)
    assert "ann@clay.example" in page_text(shown)
    assert "js/copy.js" in shown.text
    assert "Clay <Co> ann@clay.example Invited" not in page_text(operator.get(PAGE))
    assert "Hi &lt;b&gt;Ann&lt;/b&gt;" in opened.text
    assert withdrawn.status_code == 303
    assert visitor.get(link).status_code == 410
    assert "This link can no longer be used" in page_text(operator.get(page))
    assert "Everyone has finished" in page_text(operator.get(PAGE))
    assert actions() == ["connect_link.created", "connect_link.withdrawn"]
    assert {entry.actor_id for entry in AuditLogEntry.select()} == {merchant.id}


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("label", "", "Enter the merchant's name"),
        ("label", "\x00  ", "has a character that can't be stored"),
        ("label", "x" * (LABEL_LIMIT + 1), "Use at most 120 characters"),
        ("email", "ann", "Enter a valid email address"),
        ("note", "x" * (NOTE_LIMIT + 1), "Use at most 500 characters"),
        ("locale", "xx", ""),
    ],
)
def test_invalid_link_is_explained_and_not_created(
    operator: Visitor, field: str, value: str, text: str
) -> None:
    refused = operator.post(PAGE, **{"label": "Clay", "email": "ann@clay.example", field: value})

    assert refused.status_code == 422
    assert text in page_text(refused)
    assert not Onboarding.select().exists()


def test_link_is_mailed_by_the_daemon_and_not_again_at_once(
    operator: Visitor, runtime: Runtime
) -> None:
    page = create(operator)

    first, second = operator.post(f"{page}/mail"), operator.post(f"{page}/mail")

    assert (first.status_code, second.status_code) == (303, 303)
    text = page_text(operator.get(page))
    assert "will be sent within a minute" in text
    assert "just emailed" in text
    assert "Invitation Waiting" in text
    [job] = Queue("mail", connection=runtime.redis, serializer=JSONSerializer).jobs
    assert job.args == [Onboarding.get().id]
    assert runtime.mailer.folder is not None
    assert not runtime.mailer.folder.exists()
    assert "not delivered" not in page_text(operator.get(PAGE))
    ConnectLinkEmail.update(
        state=NotificationState.BOUNCED, created_at=utc_now() - MIN_REQUEST_INTERVAL
    ).execute()
    assert "Invited Email not delivered" in page_text(operator.get(PAGE))
    operator.post(f"{page}/mail")
    assert ConnectLinkEmail.get().state == NotificationState.WAITING
    assert actions() == ["connect_link.created", "connect_link.mailed", "connect_link.mailed"]


def test_link_without_an_address_or_after_its_expiry_is_not_mailed(operator: Visitor) -> None:
    page = create(operator, email="")

    operator.post(f"{page}/mail")
    without = page_text(operator.get(page))
    Onboarding.update(email="ann@clay.example", expires_at=utc_now()).execute()
    operator.post(f"{page}/mail")

    assert "This link has no email address. Create a new link" in without
    assert "so we send no reminders" in without
    assert "Renew it or create a new one" in page_text(operator.get(page))
    assert operator.post(f"{PAGE}/77/mail").status_code == 404
    assert not ConnectLinkEmail.select().exists()


def test_mailing_is_limited_per_operator(operator: Visitor) -> None:
    page = create(operator)

    statuses = [operator.post(f"{page}/mail").status_code for _ in range(61)]

    assert statuses == [303] * 60 + [429]


def test_expired_link_works_again_after_its_renewal(operator: Visitor, visitor: Visitor) -> None:
    page = create(operator)
    link = link_on(operator, page)
    Onboarding.update(expires_at=utc_now() - timedelta(days=1)).execute()
    expired = visitor.get(link)

    renewed = operator.post(f"{page}/renew")

    assert (expired.status_code, renewed.status_code) == (410, 303)
    assert visitor.get(link).status_code == 200
    assert Onboarding.get().expires_at > utc_now() + timedelta(days=13)
    assert actions()[-1] == "connect_link.renewed"


def test_claimed_withdrawn_or_missing_link_is_not_renewed(
    operator: Visitor, merchant: Merchant
) -> None:
    without_link = Onboarding.create(merchant=merchant)
    page = create(operator)
    operator.post(f"{page}/withdraw")

    assert operator.post(f"{page}/renew").status_code == 404
    assert operator.post(f"{PAGE}/{without_link.id}/renew").status_code == 404
    assert operator.post(f"{PAGE}/77/renew").status_code == 404
    assert "Renew for" not in page_text(operator.get(page))


def test_missing_or_finished_onboarding_cannot_be_withdrawn(operator: Visitor) -> None:
    done = Onboarding.create(step=ConnectStep.CONNECTED, finished_at=utc_now())

    assert operator.post(f"{PAGE}/{done.id}/withdraw").status_code == 404
    assert operator.post(f"{PAGE}/77/withdraw").status_code == 404


def test_operator_stops_reminders(operator: Visitor) -> None:
    page = create(operator)

    stopped = [operator.post(f"{page}/stop-reminders").status_code for _ in range(2)]

    assert stopped == [303, 303]
    assert "Reminders were stopped: just now" in page_text(operator.get(page))
    assert actions() == ["connect_link.created", "connect_link.reminders_stopped"]
    assert operator.post(f"{PAGE}/77/stop-reminders").status_code == 404
