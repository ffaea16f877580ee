"""Calls of the admin API about webhook deliveries, faults and counted calls."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from portal.sandbox.faults import Fault
from portal.sandbox.parts import Parts
from portal.sandbox.validation import require_object

DELIVERIES_SHOWN = 200


def add_calls(blueprint: Blueprint, parts: Parts) -> None:
    """Register the calls."""
    _add_deliveries(blueprint, parts)
    _add_faults(blueprint, parts)
    _add_counts(blueprint, parts)


def _add_deliveries(blueprint: Blueprint, parts: Parts) -> None:
    @blueprint.get("/deliveries")
    def deliveries() -> ResponseReturnValue:
        return jsonify(parts.deliveries.latest(DELIVERIES_SHOWN))

    @blueprint.get("/deliveries/<int:delivery_id>")
    def delivery(delivery_id: int) -> ResponseReturnValue:
        return parts.deliveries.get(delivery_id)

    @blueprint.get("/failing-endpoints")
    def failing_endpoints() -> ResponseReturnValue:
        return jsonify(parts.failing_endpoints.all())

    @blueprint.delete("/failing-endpoints")
    def unblock() -> ResponseReturnValue:
        parts.failing_endpoints.unblock_all()
        return {"unblocked": True}


def _add_faults(blueprint: Blueprint, parts: Parts) -> None:
    @blueprint.get("/switches")
    def switches() -> ResponseReturnValue:
        return parts.switches.all()

    @blueprint.put("/switches")
    def set_switches() -> ResponseReturnValue:
        parts.switches.set_all({name: str(value) for name, value in _body().items()})
        return parts.switches.all()

    @blueprint.post("/faults")
    def add_fault() -> ResponseReturnValue:
        parts.access.faults.add(Fault(**_body()))
        return {"faults": len(parts.access.faults.scripted)}, 201


def _add_counts(blueprint: Blueprint, parts: Parts) -> None:
    @blueprint.get("/requests")
    def requests() -> ResponseReturnValue:
        counted = parts.access.request_counts.most_common()
        return jsonify([{"store_id": s, "call": call, "count": n} for (s, call), n in counted])

    @blueprint.get("/dead-tokens")
    def dead_tokens() -> ResponseReturnValue:
        counted = parts.access.dead_token_counts.most_common()
        return jsonify(
            [
                {"store_id": store_id, "token_suffix": token[-6:], "count": count}
                for (store_id, token), count in counted
            ]
        )

    @blueprint.delete("/requests")
    def reset() -> ResponseReturnValue:
        parts.access.reset()
        return {"reset": True}


def _body() -> dict[str, Any]:
    return require_object(request.get_json(force=True, silent=True))
