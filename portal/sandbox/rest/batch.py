"""Batch endpoint: up to 500 calls in one request, executed one after the other."""

from __future__ import annotations

import json
import time
import uuid
from http.client import responses
from threading import Lock, Thread
from typing import Any

from flask import Flask, current_app, request

from portal.sandbox.listing import parse_pagination
from portal.sandbox.parts import Parts
from portal.sandbox.rest.endpoints import Endpoint, is_requested
from portal.sandbox.validation import (
    NotFoundError,
    WrongParameterError,
    is_text,
)

# Source (documented): REST docs, "Create batch request": the limit and the retries.
REQUESTS_LIMIT = 500
DEDUPLICATION_S = 3600
METHODS = ("GET", "POST", "PUT", "DELETE")
SERVER_ERROR = 500
RETRIES, RETRY_AFTER_S = 5, 3.0


def add_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    """Register the endpoints. Each call of a batch is checked for its own scope."""
    batches = Batches(parts)

    # Source (documented): REST docs, "Create batch request".
    @endpoint("/batch", "read_store_profile", "POST")
    def create_batch(store: Any) -> Any:
        calls = _parse_calls(request.get_json(force=True, silent=True))
        return {"ticket": batches.submit(store["id"], calls)}

    # Source (documented): REST docs, "Get batch status by ticket" and "Search batch
    # requests by status".
    @endpoint("/batch", "read_store_profile")
    def batch(store: Any) -> Any:
        ticket = request.args.get("ticket")
        if not ticket:
            return batches.list_batches(store["id"])
        return batches.result(store["id"], ticket)

    # Source (documented): REST docs, POST /batch/cancel-group.
    @endpoint("/batch/cancel-group", "read_store_profile", "POST")
    def cancel_group(store: Any) -> Any:
        return {"updateCount": batches.cancel(store["id"], request.args.get("groupId", ""))}


class Batches:
    """Stores batches and executes them in order of submission."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._state = parts.state
        self._lock = Lock()

    def submit(self, store_id: int, calls: list[dict[str, Any]]) -> str:
        """Start a batch and return its ticket.

        A known deduplication key returns the ticket of the earlier batch.
        """
        key = request.args.get("deduplicationKey")
        known = self._state.row(
            "SELECT ticket FROM batch WHERE store = ? AND deduplication_key = ? AND at > ?",
            store_id,
            key,
            time.time() - DEDUPLICATION_S,
        )
        if known is not None:
            return str(known["ticket"])
        ticket = str(uuid.uuid4())
        with self._state.transaction() as connection:
            connection.execute(
                "INSERT INTO batch VALUES (?,?,?,?,?,?,?,?)",
                (
                    ticket,
                    store_id,
                    key,
                    time.time(),
                    request.args.get("groupId"),
                    "QUEUED",
                    json.dumps(calls),
                    "[]",
                ),
            )
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001 - Flask's way to hand an app to a thread
        arguments = {
            "app": app,
            "ticket": ticket,
            "token": request.headers.get("Authorization", ""),
            "stop_on_failure": request.args.get("stopOnFirstFailure") != "false",
        }
        Thread(target=self._run, kwargs=arguments, name="batch", daemon=True).start()
        return ticket

    def list_batches(self, store_id: int) -> dict[str, Any]:
        """Return tickets and statuses, filtered by the query parameter ``status``."""
        _, limit = parse_pagination(request.args)
        rows = self._state.rows(
            "SELECT ticket, status FROM batch WHERE store = ? AND (? IS NULL OR status = ?)"
            " ORDER BY at LIMIT ?",
            store_id,
            request.args.get("status"),
            request.args.get("status"),
            limit,
        )
        return {"items": [dict(row) for row in rows]}

    def result(self, store_id: int, ticket: str) -> dict[str, Any]:
        """Return progress and responses; raise NotFoundError for an unknown ticket."""
        row = self._state.row(
            "SELECT * FROM batch WHERE store = ? AND ticket = ?", store_id, ticket
        )
        if row is None:
            raise NotFoundError("BATCH_NOT_FOUND", f"Batch {ticket} not found")
        answers = json.loads(row["responses"])
        # Source (documented): older REST docs, "Get batch status by ticket".
        is_escaped = is_requested("escapedJson")
        for answer in answers:
            text = answer.pop("httpBody", None)
            answer.update(
                {"escapedHttpBody": text} if is_escaped else {"httpBody": _parse_body(text)}
            )
        return {
            "status": row["status"],
            "totalRequests": len(json.loads(row["requests"])),
            "completedRequests": sum(answer["status"] != "NOT_EXECUTED" for answer in answers),
            "responses": answers,
        }

    def cancel(self, store_id: int, group: str) -> int:
        """Cancel the queued batches of a group; return their number."""
        with self._state.transaction() as connection:
            return connection.execute(
                "UPDATE batch SET status = 'COMPLETED'"
                " WHERE store = ? AND group_id = ? AND status = 'QUEUED'",
                (store_id, group),
            ).rowcount

    def _run(self, *, app: Flask, ticket: str, token: str, stop_on_failure: bool) -> None:
        with self._lock:
            row = self._state.row(
                "SELECT * FROM batch WHERE ticket = ? AND status = 'QUEUED'", ticket
            )
            if row is None:
                return
            answers: list[dict[str, Any]] = []
            self._save(ticket, "IN_PROGRESS", answers)
            has_failed = False
            for call in json.loads(row["requests"]):
                if has_failed and stop_on_failure:
                    answers.append({"id": call.get("id"), "status": "NOT_EXECUTED"})
                    continue
                answer = self._call(app, row["store"], token, call, retry=not stop_on_failure)
                has_failed = has_failed or answer["status"] == "FAILED"
                answers.append(answer)
                self._save(ticket, "IN_PROGRESS", answers)
            self._save(ticket, "COMPLETED", answers)

    def _call(
        self, app: Flask, store_id: int, token: str, call: dict[str, Any], *, retry: bool
    ) -> dict[str, Any]:
        for _ in range(RETRIES if retry else 1):
            answer = app.test_client().open(
                f"/api/v3/{store_id}/{call['path'].lstrip('/')}",
                method=call.get("method", "GET"),
                json=call.get("body"),
                headers={"Authorization": token},
            )
            if answer.status_code < SERVER_ERROR or not retry:
                break
            time.sleep(RETRY_AFTER_S / max(self._parts.switches.number("retry_speed"), 1))
        is_done = answer.status_code < 400  # noqa: PLR2004 - HTTP errors start here
        line = f"HTTP/1.1 {answer.status_code} {responses.get(answer.status_code, '')}"
        return {
            "id": call.get("id"),
            "status": "COMPLETED" if is_done else "FAILED",
            "httpBody": answer.text,
            "httpStatusCode": answer.status_code,
            "httpStatusLine": line.strip(),
        }

    def _save(self, ticket: str, status: str, answers: list[dict[str, Any]]) -> None:
        with self._state.transaction() as connection:
            connection.execute(
                "UPDATE batch SET status = ?, responses = ? WHERE ticket = ?",
                (status, json.dumps(answers), ticket),
            )


def _parse_calls(given: Any) -> list[dict[str, Any]]:
    if not isinstance(given, list) or not 0 < len(given) <= REQUESTS_LIMIT:
        raise WrongParameterError(f"A batch is a list of 1 to {REQUESTS_LIMIT} requests")
    for call in given:
        # Source (client): ecwid-java-api-client, CreateBatchRequest: a path has no slash in front.
        is_call = isinstance(call, dict) and is_text(call.get("path"))
        if not is_call or call.get("method", "GET") not in METHODS:
            raise WrongParameterError("A request has a path and one of the methods")
    return given


def _parse_body(text: str | None) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text
