"""Choice of the products that a channel gets from a store, by the store's owner.

Each change is recorded in the audit log. `portal.services.channels.apply_selections` applies it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from portal.errors import InvalidFieldError
from portal.jobs import APPLY_SELECTION
from portal.models import (
    AuditLogEntry,
    ChannelConsent,
    ChannelPick,
    ChannelSelection,
    Merchant,
    Product,
    database,
    utc_now,
)
from portal.models.channel_selection import START
from portal.models.evaluate_selections import EvaluatedProduct, evaluate, selection_of
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.channels.product_selection import (
    ProductConditions,
    SelectionKind,
    conditions_problem,
)
from portal.rules.records.json_values import part
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)

# A store has some hundred categories; a long list would make each product slower to evaluate.
CATEGORIES_LIMIT = 500


@dataclass(frozen=True)
class SelectionChoice:
    """Product selection that an owner has chosen; invalid values raise InvalidFieldError."""

    kind: SelectionKind
    category_ids: Sequence[int] = ()
    conditions: ProductConditions = field(default_factory=ProductConditions)

    def __post_init__(self) -> None:
        if self.kind is SelectionKind.CATEGORIES:
            if not self.category_ids:
                raise InvalidFieldError("category_ids", "required", "must have a category")
            if len(self.category_ids) > CATEGORIES_LIMIT:
                problem = f"must have at most {CATEGORIES_LIMIT} categories"
                raise InvalidFieldError("category_ids", "too_long", problem)
        if self.kind is SelectionKind.RULE:
            problem_of = conditions_problem(self.conditions)
            if problem_of is not None:
                name, code = problem_of
                raise InvalidFieldError(name, code, "makes no sense with the other conditions")


def selection_row(consent_id: int) -> ChannelSelection | None:
    """Return the selection of a consent; None if it has all products, and never had another."""
    found: ChannelSelection | None = ChannelSelection.get_or_none(
        ChannelSelection.consent == consent_id
    )
    return found


def choose_selection(
    runtime: Runtime, consent: ChannelConsent, choice: SelectionChoice, actor: Merchant
) -> None:
    """Store the choice, and wake the daemon to apply it; the caller checks the actor's rights."""
    by_rule = choice.kind is SelectionKind.RULE
    by_category = choice.kind is SelectionKind.CATEGORIES
    values: dict[str, Any] = {
        "kind": choice.kind.value,
        "category_ids": sorted(set(choice.category_ids)) if by_category else [],
        "conditions": choice.conditions.document() if by_rule else {},
        "changed_at": utc_now(),
        "changed_by": actor,
        "applied_to": START,
        "due_at": utc_now(),
    }
    with database.atomic():
        Product.lock(consent.store_id)
        before = selection_row(consent.id)
        ChannelSelection.insert(consent=consent, store=consent.store_id, **values).on_conflict(
            conflict_target=[ChannelSelection.consent],
            preserve=[getattr(ChannelSelection, name) for name in values],
        ).execute()
        _audit(
            consent,
            AuditAction.CHANNEL_SELECTION_CHANGED,
            actor,
            before=None if before is None else _facts(before),
            after={name: values[name] for name in ("kind", "category_ids", "conditions")},
        )
    runtime.wake(APPLY_SELECTION, consent.id, at_front=True)
    log.info("selection.chosen", consent=consent.id, store=consent.store_id, kind=choice.kind)


def pick_product(
    consent: ChannelConsent, product_id: int, actor: Merchant, *, is_picked: bool | None
) -> bool:
    """Pick or exclude one product by hand; None takes it back. It takes effect at once.

    Returns False if the store has no such product.
    """
    with database.atomic():
        Product.lock(consent.store_id)
        product = Product.get_or_none(
            Product.store == consent.store_id, Product.remote_id == product_id
        )
        if product is None:
            return False
        if is_picked is None:
            ChannelPick.delete().where(
                ChannelPick.consent == consent, ChannelPick.product_id == product_id
            ).execute()
        else:
            ChannelPick.insert(
                consent=consent, product_id=product_id, is_picked=is_picked
            ).on_conflict(
                conflict_target=[ChannelPick.consent, ChannelPick.product_id],
                preserve=[ChannelPick.is_picked],
            ).execute()
        row = selection_row(consent.id) or _first_selection(consent, actor)
        each = EvaluatedProduct(product_id, part(product.raw), product.deleted_at is None)
        evaluate(selection_of(row, ChannelConsent.get_by_id(consent.id)), [each])
        _audit(
            consent,
            AuditAction.CHANNEL_PRODUCT_PICKED,
            actor,
            after={"product_id": product_id, "is_picked": is_picked},
        )
    return True


def _first_selection(consent: ChannelConsent, actor: Merchant) -> ChannelSelection:
    """Return a new selection of all products, which the next sweep checks."""
    row: ChannelSelection = ChannelSelection.create(
        consent=consent,
        store=consent.store_id,
        changed_by=actor,
        applied_to=START,
        due_at=utc_now(),
    )
    return row


@dataclass(frozen=True)
class SelectionCounts:
    """Kind of a selection, with the numbers of the store's live products.

    ``unsellable`` is None if it isn't counted, because nothing was ever chosen.
    """

    kind: SelectionKind
    products: int
    selected: int
    unsellable: int | None
    is_applied: bool


def count_selected(consents: Sequence[ChannelConsent]) -> dict[int, SelectionCounts]:
    """Return the counts of consents of different stores, by store; two statements."""
    if not consents:
        return {}
    rows = ChannelSelection.select().where(
        ChannelSelection.consent.in_([each.id for each in consents])
    )
    selections = {row.consent_id: row for row in rows}
    products = Product.live_counts([each.store_id for each in consents])
    return {
        each.store_id: counts_of(selections.get(each.id), products.get(each.store_id, 0))
        for each in consents
    }


def counts_of(row: ChannelSelection | None, products: int) -> SelectionCounts:
    """Return the counts of a selection in a store with so many live products."""
    if row is None:
        return SelectionCounts(SelectionKind.ALL, products, products, None, is_applied=True)
    selected = max(0, products - row.unselected)
    return SelectionCounts(
        SelectionKind(row.kind), products, selected, row.unsellable, is_applied=row.is_applied
    )


def _facts(row: ChannelSelection) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "category_ids": row.category_ids,
        "conditions": row.conditions,
    }


def _audit(consent: ChannelConsent, action: AuditAction, actor: Merchant, **values: Any) -> None:
    target = f"channel {consent.channel_id}"
    AuditLogEntry.record_request(consent.store_id, action, target, actor=actor, **values)
