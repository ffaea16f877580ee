"""Tests for the endpoints of staff accounts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.client import SandboxClient, error_of

MO = {"email": "mo@staff.example"}


def invite(sandbox: SandboxClient, store_id: int, **fields: Any) -> dict[str, Any]:
    """Invite a staff account and return it."""
    answer = sandbox.api(store_id, "/staff", method="POST", json=MO | fields)
    assert answer.json() == {"success": True}
    newest: dict[str, Any] = sandbox.api(store_id, "/staff").json()["staffList"][-1]
    return newest


def test_an_account_is_invited_changed_and_deleted(sandbox: SandboxClient, store_id: int) -> None:
    invited = invite(sandbox, store_id)
    path = f"/staff/{invited['id']}"
    scopes = sandbox.api(store_id, "/profile/staffScopes").json()["staffScopes"]

    accepted = sandbox.admin("POST", f"/stores/{store_id}/actions/accept-invite")
    few = {"staffScopes": ["REPORT_ACCESS"]}
    changed = sandbox.api(store_id, path, method="PUT", json=few)
    account = sandbox.api(store_id, path).json()
    deleted = sandbox.api(store_id, path, method="DELETE")

    assert (invited["inviteAccepted"], invited["staffScopes"]) == (False, scopes)
    assert accepted.json()["message"] == "mo@staff.example accepted the invite."
    assert (changed.json(), deleted.json()) == ({"updateCount": 1}, {"deleteCount": 1})
    assert account == invited | few | {"name": "mo", "inviteAccepted": True}
    assert sandbox.api(store_id, "/staff").json() == {"staffList": []}


def test_an_open_invite_is_sent_again_or_canceled(sandbox: SandboxClient, store_id: int) -> None:
    invite(sandbox, store_id)

    again = sandbox.api(store_id, "/staff/invite", method="POST", json=MO)
    canceled = sandbox.api(store_id, "/staff/invite", method="DELETE", json=MO)
    twice = sandbox.api(store_id, "/staff/invite", method="DELETE", json=MO)
    none = sandbox.api(store_id, "/staff/invite", method="POST", json=MO)

    assert (again.json(), canceled.json()) == ({"success": True}, {"deleteCount": 1})
    assert (none.json(), twice.json()) == ({"success": False}, {"deleteCount": 0})


def test_an_accepted_invite_is_not_canceled(sandbox: SandboxClient, store_id: int) -> None:
    invite(sandbox, store_id)
    sandbox.admin("POST", f"/stores/{store_id}/actions/accept-invite")

    canceled = sandbox.api(store_id, "/staff/invite", method="DELETE", json=MO)
    accepted = sandbox.admin("POST", f"/stores/{store_id}/actions/accept-invite")

    assert canceled.json() == {"deleteCount": 0}
    assert accepted.status_code == 404
    assert "no open invite" in accepted.text


def test_an_address_has_one_account(sandbox: SandboxClient, store_id: int) -> None:
    invite(sandbox, store_id)
    ada = invite(sandbox, store_id, email="ada@staff.example")

    invited = sandbox.api(store_id, "/staff", method="POST", json=MO)
    changed = sandbox.api(store_id, f"/staff/{ada['id']}", method="PUT", json=MO)

    assert (invited.status_code, changed.status_code) == (409, 409)


@pytest.mark.parametrize(
    "fields", [[], {}, {"email": "mo"}, MO | {"staffScopes": "ALL"}, MO | {"staffScopes": ["ALL"]}]
)
def test_invalid_accounts_are_refused(
    sandbox: SandboxClient, store_id: int, fields: object
) -> None:
    answer = sandbox.api(store_id, "/staff", method="POST", json=fields)

    assert error_of(answer) == (400, "WRONG_PARAMETER")


@pytest.mark.parametrize("staff_id", ["7", "p7", "pp", f"p{10**30}"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_unknown_accounts_are_not_found(
    sandbox: SandboxClient, store_id: int, method: str, staff_id: str
) -> None:
    answer = sandbox.api(store_id, f"/staff/{staff_id}", method=method, json={})

    assert answer.status_code == 404
