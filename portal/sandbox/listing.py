"""Answer lists as the API does: pages in an envelope, projections, deletion histories."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from portal.sandbox.checks import WrongParameterError
from portal.sandbox.dates import date_text, seconds
from portal.sandbox.kinds import Kind
from portal.sandbox.state import State

PAGE_LIMIT = 100
FAR_FUTURE = 2**40


def page_bounds(args: Mapping[str, str], above: str = "clamp") -> tuple[int, int]:
    """Return the offset and the limit to apply: 100 by default, which is also the most.

    ``above`` tells what becomes of a larger one: ``clamp``, ``refuse`` or ``serve``.
    """
    limit = _whole(args, "limit", PAGE_LIMIT) or 1
    if limit > PAGE_LIMIT and above == "refuse":
        raise WrongParameterError(f"Wrong parameter 'limit' value: at most {PAGE_LIMIT}")
    return _whole(args, "offset", 0), limit if above == "serve" else min(limit, PAGE_LIMIT)


def envelope(items: list[str], *, total: int, offset: int, limit: int, more: str = "") -> str:
    """Return the list envelope around items that are JSON texts already.

    ``more`` stands in front of the items: further fields, as JSON text with a comma behind each.
    """
    head = f'"total":{total},"count":{len(items)},"offset":{offset},"limit":{limit}'
    return f'{{{head},{more}"items":[{",".join(items)}]}}'


def deleted_list(
    state: State, store_id: int, kind: Kind, args: Mapping[str, str], above: str = "clamp"
) -> str:
    """Return the envelope of a deletion history, newest last."""
    offset, limit = page_bounds(args, above)
    since = seconds(args["from_date"]) if args.get("from_date") else 0
    until = seconds(args["to_date"]) if args.get("to_date") else FAR_FUTURE
    values = (store_id, kind.name, since, until)
    where = "store = ? AND kind = ? AND at >= ? AND at < ?"
    total = state.number(f"SELECT count(*) FROM deleted WHERE {where}", *values)  # noqa: S608 - a constant
    rows = state.rows(
        f"SELECT * FROM deleted WHERE {where} ORDER BY at, rowid LIMIT ? OFFSET ?",  # noqa: S608 - a constant
        *values,
        limit,
        offset,
    )
    items = []
    for row in rows:
        item = {"id": row["id"], "date": date_text(row["at"])}
        if row["number"] is not None:
            item["orderId"] = row["number"]
        items.append(json.dumps(item))
    return envelope(items, total=total, offset=offset, limit=limit)


def project(content: Any, fields: str) -> Any:
    """Return ``content`` with only the fields that ``total,items(id,name)`` names."""
    wanted = _parse_fields(fields)
    return _keep(content, wanted)


def _whole(args: Mapping[str, str], name: str, default: int) -> int:
    text = args.get(name, str(default))
    if not text.isdecimal():
        raise WrongParameterError(f"Wrong parameter '{name}' value: {text[:40]}")
    return int(text)


def _parse_fields(text: str) -> dict[str, Any]:
    """Return ``a,b(c,d(e))`` as ``{"a": {}, "b": {"c": {}, "d": {"e": {}}}}``."""
    root: dict[str, Any] = {}
    stack = [root]
    last = root
    for word in re.findall(r"[^,()\s]+|[()]", text):
        if word == "(":
            stack.append(last)
        elif word == ")":
            if len(stack) == 1:
                raise WrongParameterError("responseFields has one parenthesis too many")
            stack.pop()
        else:
            last = stack[-1].setdefault(word, {})
    return root


def _keep(content: Any, wanted: dict[str, Any]) -> Any:
    if not wanted:
        return content
    if isinstance(content, list):
        return [_keep(item, wanted) for item in content]
    if isinstance(content, dict):
        return {k: _keep(content[k], inner) for k, inner in wanted.items() if k in content}
    return content
