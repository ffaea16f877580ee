"""OAuth endpoints under ``/api/oauth``: the consent page and the token endpoint."""

from __future__ import annotations

import secrets
import time
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.sandbox.config import DEFAULT_SCOPES
from portal.sandbox.parts import Parts
from portal.sandbox.scope_descriptions import OTHER_SCOPES

# Source (assumed): A code expires after five minutes.
CODE_TTL_S = 300
# Source (documented): older docs, "Authentication": this scope needs no request.
ALWAYS_GRANTED = "read_store_profile"

ERRORS = {
    "invalid_request": "This address or method issues no tokens",
    "invalid_client": "The client id or the client secret is wrong",
    "invalid_grant": "The code is unknown, used, expired or issued for another redirect_uri",
    "unsupported_grant_type": "The grant type must be authorization_code",
}
SCOPE_DESCRIPTIONS = dict(
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
SCOPE_DESCRIPTIONS |= OTHER_SCOPES


def make_blueprint(parts: Parts) -> Blueprint:
    """Return the blueprint of the OAuth endpoints."""
    blueprint = Blueprint("oauth", __name__, url_prefix="/api/oauth")

    @blueprint.get("/authorize")
    def authorize() -> ResponseReturnValue:
        problem = _request_error(parts)
        if problem:
            return render_template("sandbox/error.html", problem=problem), 400
        return render_template(
            "sandbox/consent.html",
            stores=parts.stores.all(),
            scopes=[
                (scope, SCOPE_DESCRIPTIONS.get(scope, scope)) for scope in _offered_scopes(parts)
            ],
            always=ALWAYS_GRANTED,
        )

    @blueprint.post("/authorize")
    def decide() -> ResponseReturnValue:
        problem = _request_error(parts)
        if problem:
            return render_template("sandbox/error.html", problem=problem), 400
        if request.form.get("decision") != "allow":
            # Source (documented): older docs, "Authentication".
            return _redirect_to_app(parts, {"error": "access_denied"})
        store_id = request.form.get("store_id", type=int)
        if store_id is None or parts.stores.get(store_id) is None:
            return render_template("sandbox/error.html", problem="Choose a store."), 400
        chosen = set(request.form.getlist("scope")) | {ALWAYS_GRANTED}
        granted = [scope for scope in _offered_scopes(parts) if scope in chosen]
        code = _issue_code(parts, store_id, " ".join(granted))
        answer = {"code": code}
        if parts.switches.is_on("callback_store_id"):
            answer["store_id"] = str(store_id)
        return _redirect_to_app(parts, answer)

    @blueprint.route("/token", methods=["GET", "POST"])
    @blueprint.route("/token/<int:store_id>", methods=["GET", "POST"])
    def token(store_id: int | None = None) -> ResponseReturnValue:
        status = _rejected_status(parts, store_id)
        if status is not None:
            return _oauth_error("invalid_request", status)
        # Parameters of a POST count only in its body: a secret in the URL would end up in logs.
        given = request.args if request.method == "GET" else request.form
        return _exchange(parts, given, store_id)

    return blueprint


def _requested_scopes(parts: Parts) -> list[str]:
    text = request.args.get("scope", "")
    if parts.switches.is_on("comma_scopes"):
        text = text.replace(",", " ")
    return text.split()


def _offered_scopes(parts: Parts) -> list[str]:
    """Return the requested scopes and the one that is always granted, without duplicates."""
    return list(dict.fromkeys((*_requested_scopes(parts), ALWAYS_GRANTED)))


def _request_error(parts: Parts) -> str | None:
    """Return a sentence that explains why the request is invalid, or None."""
    config = parts.config
    if request.args.get("client_id") != config.client_id:
        return "No app is registered with this client_id."
    if request.args.get("response_type") != "code":
        return "The parameter response_type must be code."
    if not _is_below(request.args.get("redirect_uri", ""), config.redirect_uri):
        return "The redirect_uri isn't below the one that is registered for the app."
    # Source (documented): older docs, "Authentication": the page shows an error for other scopes.
    unconfigured = set(_requested_scopes(parts)) - set(config.scopes)
    if unconfigured:
        return f"The app is not configured for: {', '.join(sorted(unconfigured))}."
    return None


def _is_below(url: str, registered: str) -> bool:
    try:
        given, known = urlsplit(url), urlsplit(registered)
    except ValueError:
        return False
    same_site = (given.scheme, given.netloc) == (known.scheme, known.netloc)
    return same_site and given.path.startswith(known.path)


def _redirect_to_app(parts: Parts, answer: dict[str, str]) -> ResponseReturnValue:
    if "state" in request.args and parts.switches.is_on("echo_state"):
        answer["state"] = request.args["state"]
    url = request.args["redirect_uri"]
    separator = "&" if urlsplit(url).query else "?"
    return redirect(f"{url}{separator}{urlencode(answer)}")


def _issue_code(parts: Parts, store_id: int, scopes: str) -> str:
    code = secrets.token_urlsafe(24)
    with parts.state.transaction() as connection:
        connection.execute(
            "INSERT INTO code (code, store, scopes, redirect_uri, at) VALUES (?,?,?,?,?)",
            (code, store_id, scopes, request.args["redirect_uri"], time.time()),
        )
    return code


def _rejected_status(parts: Parts, path_store: int | None) -> int | None:
    """Return the error status for a disabled path or method, or None."""
    path = "without_store_id" if path_store is None else "with_store_id"
    if parts.switches.text("token_url") not in ("both", path):
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
    with parts.state.transaction() as connection:
        code = parts.state.row("SELECT * FROM code WHERE code = ?", given.get("code", ""))
        if code is not None and code["token"] is not None:
            # Source (documented): older docs, "Authentication": a second use of a code fails and
            # disables its token.
            connection.execute("UPDATE token SET is_valid = 0 WHERE token = ?", (code["token"],))
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
            revoke_previous=parts.switches.is_on("reconsent_revokes_token"),
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
    # Source (documented): "Get access token" of the app guide: with the scope public_storefront.
    installed = parts.stores.token(token, store_id)
    if installed and installed["public_token"]:
        answer["public_token"] = installed["public_token"]
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
    # Source (client): a published client reads error_description, others read error; the format is
    # the one of RFC 6749, section 5.2.
    return jsonify({"error": error, "error_description": ERRORS[error]}), status
