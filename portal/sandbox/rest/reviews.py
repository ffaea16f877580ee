"""Endpoints of product reviews."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from flask import request

from portal.sandbox.dates import parse_date
from portal.sandbox.filters import matching, string_list
from portal.sandbox.listing import deleted_records, page_of, parse_pagination
from portal.sandbox.parts import Parts
from portal.sandbox.resource_specs import Body
from portal.sandbox.resources.reviews import REVIEW, STATUSES
from portal.sandbox.rest.endpoints import Endpoint, body
from portal.sandbox.validation import list_in, object_in, unexpected_value

ITEM_PATH = "/reviews/<int:review_id>"
# Source (documented): REST docs, "Search product reviews".
# Source (assumed): Reviews are sorted by DATE_CREATED_DESC unless the request says otherwise.
SORTS: dict[str, tuple[str, bool]] = {
    "DATE_CREATED_ASC": ("createTimestamp", False),
    "DATE_CREATED_DESC": ("createTimestamp", True),
    "RATING_ASC": ("rating", False),
    "RATING_DESC": ("rating", True),
}
FILTERS: dict[str, Callable[[Body, str], bool]] = {
    "status": lambda review, text: review["status"] == _one_of("status", text.lower(), STATUSES),
    "rating": lambda review, text: str(review["rating"]) in string_list("rating", text),
    "orderId": lambda review, text: bool(
        {str(review["orderId"]), review["orderNumber"]} & set(string_list("orderId", text))
    ),
    "productId": lambda review, text: str(review["productId"]) in string_list("productId", text),
    "reviewId": lambda review, text: str(review["id"]) in string_list("reviewId", text),
    "createdFrom": lambda review, text: review["createTimestamp"] >= parse_date(text),
    "createdTo": lambda review, text: review["createTimestamp"] < parse_date(text),
    "updatedFrom": lambda review, text: review["updateTimestamp"] >= parse_date(text),
    "updatedTo": lambda review, text: review["updateTimestamp"] < parse_date(text),
    "keyword": lambda review, text: text.lower() in review["review"].lower(),
}
SELECT_MODES = ("SELECTED", "ALL_FILTERED", "ALL")


def add_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    """Register the endpoints."""
    _add_read_endpoints(endpoint, parts)
    _add_write_endpoints(endpoint, parts)


def _add_read_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    reviews = parts.reviews

    # Source (documented): REST docs, "Search product reviews".
    @endpoint("/reviews", "read_reviews")
    def list_reviews(store: Any) -> Any:
        offset, limit = parse_pagination(request.args, parts.switches.text("limit_above_100"))
        sort_by = request.args.get("sortBy", "DATE_CREATED_DESC").upper()
        field, is_reverse = SORTS[_one_of("sortBy", sort_by, tuple(SORTS))]
        found = sorted(
            matching(FILTERS, reviews.all(store["id"]), request.args),
            key=lambda review: (review[field], review["id"]),
            reverse=is_reverse,
        )
        return page_of(found, offset, limit)

    # Source (documented): REST docs, "Get deleted items history".
    # Source (assumed): The history of deleted reviews needs the scope read_reviews.
    @endpoint("/reviews/deleted", "read_reviews")
    def deleted_reviews(store: Any) -> Any:
        return deleted_records(parts.state, store["id"], REVIEW, request.args)

    # Source (client): ecwid-java-api-client, ProductReviewFiltersDataResult.
    @endpoint("/reviews/filters_data", "read_reviews")
    def review_counts(store: Any) -> Any:
        counts = Counter(review["status"] for review in reviews.all(store["id"]))
        return {"allCount": counts.total()} | {f"{name}Count": counts[name] for name in STATUSES}

    # Source (documented): REST docs, "Get product review".
    @endpoint(ITEM_PATH, "read_reviews")
    def review(store: Any, review_id: int) -> Any:
        return reviews.get(store["id"], review_id)


def _add_write_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    reviews = parts.reviews

    # Source (documented): REST docs, "Update product review status".
    @endpoint(ITEM_PATH, "update_reviews", "PUT")
    def update_review(store: Any, review_id: int) -> Any:
        found = reviews.get(store["id"], review_id)
        reviews.set_status(store["id"], found, body().get("status"))
        return {"updateCount": 1}

    # Source (documented): REST docs, "Delete product review".
    @endpoint(ITEM_PATH, "update_reviews", "DELETE")
    def delete_review(store: Any, review_id: int) -> Any:
        reviews.delete(store["id"], reviews.get(store["id"], review_id))
        return {"deleteCount": 1}

    # Source (documented): REST docs, "Bulk update/delete product reviews".
    # Source (client): ecwid-java-api-client, ProductReviewMassUpdate: filters with searchKeyword.
    @endpoint("/reviews/mass_update", "update_reviews", "PUT")
    def update_reviews(store: Any) -> Any:
        given = body()
        with parts.state.transaction():
            chosen = _chosen(reviews.all(store["id"]), given)
            for found in chosen:
                if given.get("delete") is True:
                    reviews.delete(store["id"], found)
                else:
                    reviews.set_status(store["id"], found, given.get("newStatus"))
        return {"updateCount": len(chosen)}


def _chosen(reviews: list[Body], given: Body) -> list[Body]:
    """Return the reviews that a bulk update selects."""
    mode = _one_of("selectMode", given.get("selectMode"), SELECT_MODES)
    if mode == "SELECTED":
        ids = list_in(given, "reviewIds")
        return [review for review in reviews if review["id"] in ids]
    if mode == "ALL":
        return reviews
    wanted = object_in(given, "currentFilters") or object_in(given, "filters")
    texts = {
        name: ",".join(map(str, value)) if isinstance(value, list) else str(value)
        for name, value in wanted.items()
        if value is not None
    }
    return matching(FILTERS, reviews, {"keyword": texts.get("searchKeyword", ""), **texts})


def _one_of(name: str, value: Any, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise unexpected_value(name, allowed)
    return str(value)
