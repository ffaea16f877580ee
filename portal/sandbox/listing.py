"""List responses of the API: pagination, field selection and deletion histories."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from portal.sandbox.dates import format_date, parse_date
from portal.sandbox.resource_specs import Body, ResourceSpec
from portal.sandbox.state import State
from portal.sandbox.validation import WrongParameterError

# Source (documented): REST docs, "Search products": the default and the maximum.
# Source (assumed): A limit above 100 counts as 100.
PAGE_LIMIT = 100
FAR_FUTURE = 2**40


def parse_pagination(args: Mapping[str, str], above: str = "clamp") -> tuple[int, int]:
    """Return offset and limit; the default limit is 100, which is also the maximum.

    ``above`` says how to treat a larger limit: ``clamp``, ``refuse`` or ``serve``.
    """
    limit = _whole(args, "limit", PAGE_LIMIT) or 1
    if limit > PAGE_LIMIT and above == "refuse":
        raise WrongParameterError(f"Wrong parameter 'limit' value: at most {PAGE_LIMIT}")
    return _whole(args, "offset", 0), limit if above == "serve" else min(limit, PAGE_LIMIT)


def envelope(items: list[str], *, total: int, offset: int, limit: int, more: str = "") -> str:
    """Return a list response as JSON, built from items that are JSON already.

    ``more`` is JSON text of additional fields, each followed by a comma.
    """
    head = f'"total":{total},"count":{len(items)},"offset":{offset},"limit":{limit}'
    return f'{{{head},{more}"items":[{",".join(items)}]}}'


def page_of(records: Sequence[Body], offset: int, limit: int) -> str:
    """Return one page of the records as a list response."""
    items = [json.dumps(item, ensure_ascii=False) for item in records[offset : offset + limit]]
    return envelope(items, total=len(records), offset=offset, limit=limit)


def deleted_records(
    state: State, store_id: int, spec: ResourceSpec, args: Mapping[str, str], above: str = "clamp"
) -> str:
    """Return a page of a resource's deletion history, oldest deletion first."""
    # Source (documented): REST docs, GET /products/deleted.
    # Source (client): ecwid-java-api-client, DeletedOrder: the field orderId.
    offset, limit = parse_pagination(args, above)
    since = parse_date(args["from_date"]) if args.get("from_date") else 0
    until = parse_date(args["to_date"]) if args.get("to_date") else FAR_FUTURE
    values = (store_id, spec.name, since, until)
    where = "store = ? AND resource = ? AND at >= ? AND at < ?"
    total = state.number(f"SELECT count(*) FROM deleted WHERE {where}", *values)  # noqa: S608 - a constant
    rows = state.rows(
        f"SELECT * FROM deleted WHERE {where} ORDER BY at, rowid LIMIT ? OFFSET ?",  # noqa: S608 - a constant
        *values,
        limit,
        offset,
    )
    items = []
    for row in rows:
        item = {"id": row["id"], "date": format_date(row["at"])}
        if row["number"] is not None:
            item["orderId"] = row["number"]
        items.append(json.dumps(item))
    return envelope(items, total=total, offset=offset, limit=limit)


def select_fields(content: Any, fields: str) -> Any:
    """Return ``content`` reduced to ``fields``, in the syntax ``total,items(id,name)``."""
    wanted = _parse_fields(fields)
    return _select(content, wanted)


def _whole(args: Mapping[str, str], name: str, default: int) -> int:
    text = args.get(name, str(default))
    if not text.isdecimal():
        raise WrongParameterError(f"Wrong parameter '{name}' value: {text[:40]}")
    return int(text)


def _parse_fields(text: str) -> dict[str, Any]:
    """Parse ``a,b(c,d(e))`` into ``{"a": {}, "b": {"c": {}, "d": {"e": {}}}}``."""
    root: dict[str, Any] = {}
    stack = [root]
    last = root
    for part in re.findall(r"[^,()\s]+|[()]", text):
        if part == "(":
            stack.append(last)
        elif part == ")":
            if len(stack) == 1:
                raise WrongParameterError("responseFields has one parenthesis too many")
            stack.pop()
        else:
            last = stack[-1].setdefault(part, {})
    return root


def _select(content: Any, wanted: dict[str, Any]) -> Any:
    if not wanted:
        return content
    if isinstance(content, list):
        return [_select(item, wanted) for item in content]
    if isinstance(content, dict):
        return {k: _select(content[k], inner) for k, inner in wanted.items() if k in content}
    return content
