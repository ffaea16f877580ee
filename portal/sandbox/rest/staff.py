"""Endpoints of staff accounts."""

from __future__ import annotations

from typing import Any

from portal.sandbox.parts import Parts
from portal.sandbox.resource_specs import Body
from portal.sandbox.resources.staff import FAMILY, STAFF_SCOPES, staff_fields
from portal.sandbox.rest.endpoints import Endpoint, body
from portal.sandbox.validation import ConflictError, NotFoundError, WrongParameterError

ITEM_PATH = "/staff/<staff_id>"


def add_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    """Register the endpoints."""
    _add_accounts(endpoint, parts)
    _add_invites(endpoint, parts)


def _add_accounts(endpoint: Endpoint, parts: Parts) -> None:
    entities = parts.entities

    # Source (documented): REST docs, "Get staff account scopes".
    @endpoint("/profile/staffScopes", "read_store_profile read_staff")
    def staff_scopes(_store: Any) -> Any:
        return {"staffScopes": list(STAFF_SCOPES)}

    # Source (documented): REST docs, "Search staff accounts": staffList.
    @endpoint("/staff", "read_staff")
    def accounts(store: Any) -> Any:
        return {"staffList": [_account(a) for a in entities.all(store["id"], FAMILY)]}

    # Source (documented): REST docs, "Get staff account".
    @endpoint(ITEM_PATH, "read_staff")
    def account(store: Any, staff_id: str) -> Any:
        return _account(_find(parts, store, staff_id))

    # Source (documented): REST docs, "Update staff account": both scopes.
    @endpoint(ITEM_PATH, "read_staff update_staff", "PUT")
    def update_account(store: Any, staff_id: str) -> Any:
        found = _find(parts, store, staff_id)
        changed = found | staff_fields(body())
        other = entities.find(store["id"], FAMILY, changed["email"])
        if other is not None and other["id"] != found["id"]:
            raise _taken(changed["email"])
        entities.save(store["id"], FAMILY, changed, changed["email"])
        return {"updateCount": 1}

    # Source (documented): REST docs, "Delete staff account".
    @endpoint(ITEM_PATH, "delete_staff", "DELETE")
    def delete_account(store: Any, staff_id: str) -> Any:
        entities.delete(store["id"], FAMILY, _find(parts, store, staff_id)["id"])
        return {"deleteCount": 1}


def _add_invites(endpoint: Endpoint, parts: Parts) -> None:
    entities = parts.entities

    # Source (documented): REST docs, "Create staff account": both scopes, and success; without
    # staffScopes the account has all of them. Older REST docs: 409 for a known address.
    @endpoint("/staff", "create_staff invite_staff", "POST")
    def create_account(store: Any) -> Any:
        fields = {"staffScopes": [], "name": "", "inviteAccepted": False} | staff_fields(body())
        email = _email(fields)
        with parts.state.transaction():
            if entities.find(store["id"], FAMILY, email) is not None:
                raise _taken(email)
            fields["staffScopes"] = fields["staffScopes"] or list(STAFF_SCOPES)
            entities.add(store["id"], FAMILY, fields, email)
        return {"success": True}

    # Source (documented): REST docs, "Resend staff account invite".
    # Source (assumed): An invite to an address without an open invite isn't sent again.
    @endpoint("/staff/invite", "invite_staff", "POST")
    def resend_invite(store: Any) -> Any:
        return {"success": _open_invite(parts, store) is not None}

    # Source (documented): REST docs, "Cancel staff account invite": deleteCount is 1 or 0.
    @endpoint("/staff/invite", "invite_staff", "DELETE")
    def cancel_invite(store: Any) -> Any:
        invite = _open_invite(parts, store)
        if invite is not None:
            entities.delete(store["id"], FAMILY, invite["id"])
        return {"deleteCount": int(invite is not None)}


def _open_invite(parts: Parts, store: Any) -> Body | None:
    found = parts.entities.find(store["id"], FAMILY, _email(staff_fields(body())))
    return None if found is None or found["inviteAccepted"] else found


def _find(parts: Parts, store: Any, staff_id: str) -> Body:
    # Source (documented): REST docs, "Search staff accounts": an id is the letter p and a number.
    number = staff_id.removeprefix("p")
    found = None
    if staff_id.startswith("p") and number.isdecimal():
        found = parts.entities.get(store["id"], FAMILY, int(number))
    if found is None:
        raise NotFoundError("", f"Staff account {staff_id[:40]} not found")
    return found


def _account(found: Body) -> Body:
    return found | {"id": f"p{found['id']}"}


def _email(fields: Body) -> str:
    if "email" not in fields:
        raise WrongParameterError("Field Staff.email is absent")
    return str(fields["email"])


def _taken(email: str) -> ConflictError:
    return ConflictError("", f"There is an account for {email[:80]}")
