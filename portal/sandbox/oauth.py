"""Serve OAuth under ``/api/oauth``: the consent page and the token endpoint."""

from __future__ import annotations

import secrets
import time
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.sandbox.config import DEFAULT_SCOPES
from portal.sandbox.parts import Parts

CODE_TTL_S = 300
ALWAYS_GRANTED = "read_store_profile"

SCOPE_WORDS = dict(
    zip(
        DEFAULT_SCOPES,
        (
            "See your store's name, address and settings",
            "See your products and categories",
            "See your orders",
            "Add orders to your store",
            "Change your orders",
            "See your customers",
            "Add customers to your store",
            "See your discount coupons",
            "See your plan and billing",
        ),
        strict=True,
    )
)


def make_blueprint(parts: Parts) -> Blueprint:
    """Return the OAuth endpoints over these parts."""
    blueprint = Blueprint("oauth", __name__, url_prefix="/api/oauth")

    @blueprint.get("/authorize")
    def authorize() -> ResponseReturnValue:
        problem = _problem(parts)
        if problem:
            return render_template("sandbox/refused.html", problem=problem), 400
        return render_template(
            "sandbox/consent.html",
            stores=parts.stores.all(),
            scopes=[(scope, SCOPE_WORDS.get(scope, scope)) for scope in _grantable(parts)],
            always=ALWAYS_GRANTED,
        )

    @blueprint.post("/authorize")
    def decide() -> ResponseReturnValue:
        problem = _problem(parts)
        if problem:
            return render_template("sandbox/refused.html", problem=problem), 400
        if request.form.get("decision") != "allow":
            return _send_back(parts, {"error": "access_denied"})
        store_id = request.form.get("store_id", type=int)
        if store_id is None or parts.stores.get(store_id) is None:
            return render_template("sandbox/refused.html", problem="Choose a store."), 400
        chosen = set(request.form.getlist("scope")) | {ALWAYS_GRANTED}
        granted = [scope for scope in _grantable(parts) if scope in chosen]
        code = _issue_code(parts, store_id, " ".join(granted))
        answer = {"code": code}
        if parts.switches.is_on("callback_store_id"):
            answer["store_id"] = str(store_id)
        return _send_back(parts, answer)

    @blueprint.route("/token", methods=["GET", "POST"])
    @blueprint.route("/token/<int:store_id>", methods=["GET", "POST"])
    def token(store_id: int | None = None) -> ResponseReturnValue:
        status = _unserved(parts, store_id)
        if status is not None:
            return _oauth_error("invalid_request", status)
        # A secret in the address would end up in logs: a POST is read by its body alone.
        given = request.args if request.method == "GET" else request.form
        return _exchange(parts, given, store_id)

    return blueprint


def _asked(parts: Parts) -> list[str]:
    text = request.args.get("scope", "")
    if parts.switches.is_on("comma_scopes"):
        text = text.replace(",", " ")
    return text.split()


def _grantable(parts: Parts) -> list[str]:
    """Return what was asked for, and what is granted unasked, each once."""
    return list(dict.fromkeys((*_asked(parts), ALWAYS_GRANTED)))


def _problem(parts: Parts) -> str | None:
    """Return in words why this request can't lead to a consent, or None."""
    config = parts.config
    if request.args.get("client_id") != config.client_id:
        return "No app is registered with this client_id."
    if request.args.get("response_type") != "code":
        return "The parameter response_type must be code."
    if not _lies_under(request.args.get("redirect_uri", ""), config.redirect_uri):
        return "The redirect_uri doesn't lie under the one that is registered for the app."
    beyond = set(_asked(parts)) - set(config.scopes)
    if beyond:
        return f"The app is not configured for: {', '.join(sorted(beyond))}."
    return None


def _lies_under(address: str, registered: str) -> bool:
    try:
        given, known = urlsplit(address), urlsplit(registered)
    except ValueError:
        return False
    same_site = (given.scheme, given.netloc) == (known.scheme, known.netloc)
    return same_site and given.path.startswith(known.path)


def _send_back(parts: Parts, answer: dict[str, str]) -> ResponseReturnValue:
    if "state" in request.args and parts.switches.is_on("echo_state"):
        answer["state"] = request.args["state"]
    address = request.args["redirect_uri"]
    joint = "&" if urlsplit(address).query else "?"
    return redirect(f"{address}{joint}{urlencode(answer)}")


def _issue_code(parts: Parts, store_id: int, scopes: str) -> str:
    code = secrets.token_urlsafe(24)
    with parts.state.writing() as connection:
        connection.execute(
            "INSERT INTO code (code, store, scopes, redirect_uri, at) VALUES (?,?,?,?,?)",
            (code, store_id, scopes, request.args["redirect_uri"], time.time()),
        )
    return code


def _unserved(parts: Parts, path_store: int | None) -> int | None:
    """Return the status that refuses this address or method, or None."""
    here = "without_store_id" if path_store is None else "with_store_id"
    if parts.switches.text("token_url") not in ("both", here):
        return 404
    if request.method == "GET" and not parts.switches.is_on("legacy_token_get"):
        return 405
    return None


def _exchange(parts: Parts, given: Any, path_store: int | None) -> ResponseReturnValue:
    config = parts.config
    if (given.get("client_id"), given.get("client_secret")) != (
        config.client_id,
        config.client_secret,
    ):
        return _oauth_error("invalid_client")
    if given.get("grant_type") != "authorization_code":
        return _oauth_error("unsupported_grant_type")
    with parts.state.writing() as connection:
        code = parts.state.row("SELECT * FROM code WHERE code = ?", given.get("code", ""))
        if code is not None and code["token"] is not None:
            # A code used twice may be stolen: what it gave is taken back.
            connection.execute("UPDATE token SET is_alive = 0 WHERE token = ?", (code["token"],))
            return _oauth_error("invalid_grant")
        if (
            code is None
            or time.time() - code["at"] > CODE_TTL_S
            or code["redirect_uri"] != given.get("redirect_uri")
            or path_store not in (None, code["store"])
        ):
            return _oauth_error("invalid_grant")
        token = parts.stores.install(
            code["store"],
            code["scopes"],
            ends_former=parts.switches.is_on("reconsent_kills_token"),
        )
        connection.execute("UPDATE code SET token = ? WHERE code = ?", (token, code["code"]))
    return _token_answer(parts, token, code["store"], code["scopes"])


def _token_answer(parts: Parts, token: str, store_id: int, scopes: str) -> ResponseReturnValue:
    answer: dict[str, Any] = {
        "access_token": token,
        "token_type": parts.switches.text("token_type"),
        "scope": scopes,
        "store_id": store_id,
    }
    if parts.switches.is_on("token_email"):
        answer["email"] = f"owner@store-{store_id}.example"
    fault = parts.switches.text("token_fault")
    if fault == "non_json":
        return Response("<html>Sorry</html>", content_type="text/html")
    if fault == "empty":
        return Response("", content_type="application/json")
    if fault == "other_store":
        answer["store_id"] = store_id + 1
    missing = {"no_scope": "scope", "no_store_id": "store_id", "no_token": "access_token"}
    answer.pop(missing.get(fault, ""), None)
    return jsonify(answer)


def _oauth_error(error: str, status: int = 400) -> ResponseReturnValue:
    return jsonify({"error": error}), status
