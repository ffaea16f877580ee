"""Serve batches: up to 500 calls handed in at once, carried out one after the other."""

from __future__ import annotations

import json
import time
import uuid
from http.client import responses
from threading import Lock, Thread
from typing import Any

from flask import Flask, current_app, request

from portal.sandbox.checks import (
    MissingError,
    WrongParameterError,
    is_text,
)
from portal.sandbox.listing import page_bounds
from portal.sandbox.parts import Parts
from portal.sandbox.rest.endpoints import Endpoint, wants

REQUESTS_LIMIT = 500
REMEMBERED_S = 3600
METHODS = ("GET", "POST", "PUT", "DELETE")
SERVER_ERROR = 500
RETRIES, RETRY_AFTER_S = 5, 3.0


def add(endpoint: Endpoint, parts: Parts) -> None:
    """Add the endpoints; whatever scopes the calls need is checked with each of them."""
    batches = Batches(parts)

    @endpoint("/batch", "read_store_profile", "POST")
    def create_batch(store: Any) -> Any:
        calls = _calls(request.get_json(force=True, silent=True))
        return {"ticket": batches.hand_in(store["id"], calls)}

    @endpoint("/batch", "read_store_profile")
    def batch(store: Any) -> Any:
        ticket = request.args.get("ticket")
        if not ticket:
            return batches.listed(store["id"])
        return batches.outcome(store["id"], ticket)

    @endpoint("/batch/cancel-group", "read_store_profile", "POST")
    def cancel_group(store: Any) -> Any:
        return {"updateCount": batches.cancel(store["id"], request.args.get("groupId", ""))}


class Batches:
    """Keep batches, and carry them out: first in, first out."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._state = parts.state
        self._turn = Lock()

    def hand_in(self, store_id: int, calls: list[dict[str, Any]]) -> str:
        """Keep a batch and begin with it; return its ticket, the former one's for a known key."""
        key = request.args.get("deduplicationKey")
        known = self._state.row(
            "SELECT ticket FROM batch WHERE store = ? AND deduplication = ? AND at > ?",
            store_id,
            key,
            time.time() - REMEMBERED_S,
        )
        if known is not None:
            return str(known["ticket"])
        ticket = str(uuid.uuid4())
        with self._state.writing() as connection:
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
            "stops_early": request.args.get("stopOnFirstFailure") != "false",
        }
        Thread(target=self._carry_out, kwargs=arguments, name="batch", daemon=True).start()
        return ticket

    def listed(self, store_id: int) -> dict[str, Any]:
        """Return tickets and states, of one state if asked for."""
        _, limit = page_bounds(request.args)
        rows = self._state.rows(
            "SELECT ticket, status FROM batch WHERE store = ? AND (? IS NULL OR status = ?)"
            " ORDER BY at LIMIT ?",
            store_id,
            request.args.get("status"),
            request.args.get("status"),
            limit,
        )
        return {"items": [dict(row) for row in rows]}

    def outcome(self, store_id: int, ticket: str) -> dict[str, Any]:
        """Return how far a batch is, with the answers so far; raise MissingError."""
        row = self._state.row(
            "SELECT * FROM batch WHERE store = ? AND ticket = ?", store_id, ticket
        )
        if row is None:
            raise MissingError("BATCH_NOT_FOUND", f"Batch {ticket} not found")
        answers = json.loads(row["responses"])
        if not wants("escapedJson"):
            for answer in answers:
                answer["httpBody"] = _parsed(answer.get("httpBody"))
        return {
            "status": row["status"],
            "totalRequests": len(json.loads(row["requests"])),
            "completedRequests": sum(answer["status"] != "NOT_EXECUTED" for answer in answers),
            "responses": answers,
        }

    def cancel(self, store_id: int, group: str) -> int:
        """Call off what waits of a group; return how many batches."""
        with self._state.writing() as connection:
            return connection.execute(
                "UPDATE batch SET status = 'COMPLETED'"
                " WHERE store = ? AND family = ? AND status = 'QUEUED'",
                (store_id, group),
            ).rowcount

    def _carry_out(self, *, app: Flask, ticket: str, token: str, stops_early: bool) -> None:
        with self._turn:
            row = self._state.row(
                "SELECT * FROM batch WHERE ticket = ? AND status = 'QUEUED'", ticket
            )
            if row is None:
                return
            answers: list[dict[str, Any]] = []
            self._note(ticket, "IN_PROGRESS", answers)
            has_failed = False
            for call in json.loads(row["requests"]):
                if has_failed and stops_early:
                    answers.append({"id": call.get("id"), "status": "NOT_EXECUTED"})
                    continue
                answer = self._answer(app, row["store"], token, call, is_patient=not stops_early)
                has_failed = has_failed or answer["status"] == "FAILED"
                answers.append(answer)
                self._note(ticket, "IN_PROGRESS", answers)
            self._note(ticket, "COMPLETED", answers)

    def _answer(
        self, app: Flask, store_id: int, token: str, call: dict[str, Any], *, is_patient: bool
    ) -> dict[str, Any]:
        for _ in range(RETRIES if is_patient else 1):
            answer = app.test_client().open(
                f"/api/v3/{store_id}{call['path']}",
                method=call.get("method", "GET"),
                json=call.get("body"),
                headers={"Authorization": token},
            )
            if answer.status_code < SERVER_ERROR or not is_patient:
                break
            time.sleep(RETRY_AFTER_S / max(self._parts.switches.number("retry_speed"), 1))
        is_done = answer.status_code < 400  # noqa: PLR2004 - HTTP's
        line = f"HTTP/1.1 {answer.status_code} {responses.get(answer.status_code, '')}"
        return {
            "id": call.get("id"),
            "status": "COMPLETED" if is_done else "FAILED",
            "httpBody": answer.text,
            "httpStatusCode": answer.status_code,
            "httpStatusLine": line.strip(),
        }

    def _note(self, ticket: str, status: str, answers: list[dict[str, Any]]) -> None:
        with self._state.writing() as connection:
            connection.execute(
                "UPDATE batch SET status = ?, responses = ? WHERE ticket = ?",
                (status, json.dumps(answers), ticket),
            )


def _calls(given: Any) -> list[dict[str, Any]]:
    if not isinstance(given, list) or not 0 < len(given) <= REQUESTS_LIMIT:
        raise WrongParameterError(f"A batch is a list of 1 to {REQUESTS_LIMIT} requests")
    for call in given:
        is_call = isinstance(call, dict) and is_text(call.get("path"))
        if not is_call or call.get("method", "GET") not in METHODS or call["path"][0] != "/":
            raise WrongParameterError("A request has a path from / and one of the methods")
    return given


def _parsed(text: str | None) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text
