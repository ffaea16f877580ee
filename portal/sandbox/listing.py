"""Answer lists as the API does: filters, sorts, pages and projections."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from portal.sandbox.checks import WrongParameterError
from portal.sandbox.state import State

PAGE_LIMIT = 100
DATE_FORMATS = ("%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d")

SORTS = {
    "RELEVANCE": "id",
    "DEFINED_BY_STORE_OWNER": "id",
    "ADDED_TIME_ASC": "created, id",
    "ADDED_TIME_DESC": "created DESC, id DESC",
    "UPDATED_TIME_ASC": "updated, id",
    "UPDATED_TIME_DESC": "updated DESC, id DESC",
    "NAME_ASC": "name, id",
    "NAME_DESC": "name DESC, id DESC",
    "PRICE_ASC": "price, id",
    "PRICE_DESC": "price DESC, id DESC",
}
# Not LIKE: a keyword with % or _ in it is no pattern.
KEYWORD_CONDITION = "instr(lower(name || ' ' || sku), lower(?))"
YES, NO = frozenset({"true", "yes", "on", "1"}), frozenset({"false", "no", "off", "0"})


def page_bounds(args: Mapping[str, str]) -> tuple[int, int]:
    """Return offset and the limit applied: at most 100, which is also the default."""
    return _whole(args, "offset", 0), min(_whole(args, "limit", PAGE_LIMIT) or 1, PAGE_LIMIT)


def product_list(state: State, store_id: int, args: Mapping[str, str]) -> str:
    """Return the envelope of ``GET /products`` as JSON text."""
    where, values = _filters(store_id, args)
    order = SORTS.get(args.get("sortBy", "RELEVANCE").upper())
    if order is None:
        raise WrongParameterError(f"Wrong parameter 'sortBy' value: expected one of {list(SORTS)}")
    offset, limit = page_bounds(args)
    total = state.number(f"SELECT count(*) FROM product WHERE {where}", *values)  # noqa: S608 - our own conditions
    rows = state.rows(
        f"SELECT body FROM product WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?",  # noqa: S608 - our own conditions
        *values,
        limit,
        offset,
    )
    return envelope([row["body"] for row in rows], total=total, offset=offset, limit=limit)


def envelope(items: list[str], *, total: int, offset: int, limit: int) -> str:
    """Return the list envelope around items that are JSON texts already."""
    head = f'"total":{total},"count":{len(items)},"offset":{offset},"limit":{limit}'
    return f'{{{head},"items":[{",".join(items)}]}}'


def deleted_list(state: State, store_id: int, kind: str, args: Mapping[str, str]) -> str:
    """Return the envelope of a deletion history, newest last."""
    offset, limit = page_bounds(args)
    since = seconds(args.get("from_date")) or 0
    until = seconds(args.get("to_date")) or 2**40
    values = (store_id, kind, since, until)
    where = "store = ? AND kind = ? AND at >= ? AND at < ?"
    total = state.number(f"SELECT count(*) FROM deleted WHERE {where}", *values)  # noqa: S608 - a constant
    rows = state.rows(
        f"SELECT id, at FROM deleted WHERE {where} ORDER BY at, id LIMIT ? OFFSET ?",  # noqa: S608 - a constant
        *values,
        limit,
        offset,
    )
    items = [
        json.dumps({"id": r["id"], "date": f"{datetime.fromtimestamp(r['at'], UTC):%F %T} +0000"})
        for r in rows
    ]
    return envelope(items, total=total, offset=offset, limit=limit)


def seconds(text: str | None) -> int | None:
    """Return a date parameter as Unix seconds; raise WrongParameterError if it is none."""
    if not text:
        return None
    if text.isdecimal():
        return int(text)
    for form in DATE_FORMATS:
        try:
            moment = datetime.strptime(text, form)  # noqa: DTZ007 - made aware below
        except ValueError:
            continue
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    raise WrongParameterError(f"Wrong date: {text}")


def project(content: Any, fields: str) -> Any:
    """Return ``content`` with only the fields that ``total,items(id,name)`` names."""
    wanted = _parse_fields(fields)
    return _keep(content, wanted)


def _filters(store_id: int, args: Mapping[str, str]) -> tuple[str, list[Any]]:
    where: list[str] = ["store = ?"]
    values: list[Any] = [store_id]
    if "productId" in args:
        ids = [int(part) for part in args["productId"].split(",") if part.strip().isdecimal()]
        where.append(f"id IN ({','.join('?' * len(ids))})")
        return " AND ".join(where), [*values, *ids]
    if "sku" in args:
        return "store = ? AND sku = ?", [*values, args["sku"]]
    conditions = [
        ("updated >= ?", seconds(args.get("updatedFrom"))),
        ("updated < ?", seconds(args.get("updatedTo"))),
        ("created >= ?", seconds(args.get("createdFrom"))),
        ("created < ?", seconds(args.get("createdTo"))),
        ("price >= ?", _amount(args.get("priceFrom"))),
        ("price <= ?", _amount(args.get("priceTo"))),
        ("enabled = ?", _flag(args, "enabled")),
        ("in_stock = ?", _flag(args, "inStock")),
        ("instr(categories, ?)", f",{args['category']}," if args.get("category") else None),
        (KEYWORD_CONDITION, args.get("keyword", "").rstrip("*") or None),
    ]
    for condition, value in conditions:
        if value is not None:
            where.append(condition)
            values.append(value)
    return " AND ".join(where), values


def _whole(args: Mapping[str, str], name: str, default: int) -> int:
    text = args.get(name, str(default))
    if not text.isdecimal():
        raise WrongParameterError(f"Wrong parameter '{name}' value: {text}")
    return int(text)


def _amount(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        raise WrongParameterError(f"Wrong amount: {text}") from None


def _flag(args: Mapping[str, str], name: str) -> int | None:
    text = args.get(name, "").lower()
    if not text:
        return None
    if text not in YES | NO:
        raise WrongParameterError(
            f"Wrong parameter '{name}' value: expected one of {sorted(YES | NO)}"
        )
    return int(text in YES)


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
