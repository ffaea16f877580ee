"""The invited person stops reminders without an account."""

from __future__ import annotations

import pytest

from portal.models import AuditLogEntry, Onboarding
from portal.services.connection.connect_link_tokens import link_token, stop_token
from portal.services.connection.connect_links import create_link
from portal.services.runtime import Runtime
from tests.web.conftest import Visitor, page_text


@pytest.fixture
def stop(runtime: Runtime) -> str:
    """Path of the link in an email that stops the reminders."""
    link = create_link(None, "Clay", email="ann@clay.example")
    return f"/connect/stop/{stop_token(runtime.settings.secret_keys, link)}"


def is_stopped() -> bool:
    return Onboarding.get().reminders_stopped_at is not None


def test_page_asks_before_it_stops_the_reminders(visitor: Visitor, stop: str) -> None:
    asked = visitor.get(stop)
    opened_only = is_stopped()
    stopped = visitor.post(stop)
    again = visitor.post(stop)

    assert "Stop the reminders?" in page_text(asked)
    assert not opened_only
    assert is_stopped()
    assert "Reminders turned off" in page_text(stopped)
    assert "Reminders turned off" in page_text(again)
    assert "Reminders turned off" in page_text(visitor.get(stop))
    entries = list(AuditLogEntry.select().where(AuditLogEntry.action.endswith("_stopped")))
    assert [(entry.actor_name, entry.actor_id) for entry in entries] == [("invited person", None)]


def test_mail_program_stops_them_with_one_request(visitor: Visitor, stop: str) -> None:
    answer = visitor.client.post(stop, data={"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert is_stopped()


def test_other_tokens_stop_nothing(visitor: Visitor, stop: str, runtime: Runtime) -> None:
    connect = link_token(runtime.settings.secret_keys, Onboarding.get())

    for token in ("forged", connect):
        assert visitor.get(f"/connect/stop/{token}").status_code == 410
        assert visitor.post(f"/connect/stop/{token}").status_code == 410
    assert visitor.get(stop.replace("/stop/", "/link/")).status_code == 410
    assert not is_stopped()
