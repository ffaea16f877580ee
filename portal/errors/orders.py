"""Errors of quoting, submitting and changing orders.

PortalError
└── OrderError                   an order can't be quoted, submitted or changed as requested
    ├── IdempotencyKeyError      the key is missing or too long
    ├── IdempotencyKeyReusedError the key was used for another order
    ├── StoreNotWorkingError     the store's connection must be fixed first
    ├── OrderUpdateError         a field of the requested change is invalid
    ├── OrderNotFoundError       the mirror has no such order
    ├── OrderUpdateStateError    the order update has changed state since it was read
    ├── OrderPreconditionMissingError the sender must say which values it saw
    ├── OrderPreconditionError    the order isn't as its sender saw it
    ├── OrderUpdateOpenError      an earlier update of the same fields is in conflict
    └── OrderShippedError        an order on its way can't be canceled
"""

from __future__ import annotations

from collections.abc import Mapping

from portal.errors import PortalError


class OrderError(PortalError):
    """An order can't be quoted, submitted or changed as requested."""


class IdempotencyKeyError(OrderError):
    """The idempotency key of a submission is missing or too long."""


class IdempotencyKeyReusedError(OrderError):
    """The same sender has used the idempotency key for another order."""


class StoreNotWorkingError(OrderError):
    """The store must work again before orders can be sent to it; ``state`` is the reason."""

    def __init__(self, store_id: int, state: str) -> None:
        super().__init__(f"store {store_id}: its connection is {state}")
        self.state = state


class OrderUpdateError(OrderError):
    """A field of a requested change is invalid; ``problem`` says what it must be."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field} {problem}".strip())
        self.field = field
        self.problem = problem


class OrderNotFoundError(OrderError):
    """The mirror has no such order of this store, or it was deleted."""


class OrderUpdateStateError(OrderError):
    """An order update has changed state since it was read; read it again."""


class OrderPreconditionMissingError(OrderError):
    """A status is changed without the values that the sender saw; ``field`` is the first one."""

    def __init__(self, field: str) -> None:
        super().__init__(f"the expected {field} is missing")
        self.field = field


class OrderPreconditionError(OrderError):
    """The order has changed since its sender saw it; ``current`` are its values by field."""

    def __init__(self, order_number: str, current: Mapping[str, str], version: str) -> None:
        super().__init__(f"order {order_number} has changed")
        self.current = current
        self.version = version


class OrderUpdateOpenError(OrderError):
    """An earlier update of the same fields is in conflict; ``update_id`` is its id."""

    def __init__(self, update_id: int) -> None:
        super().__init__(f"order update {update_id} is in conflict")
        self.update_id = update_id


class OrderShippedError(OrderError):
    """The order is on its way or delivered, so it can't be canceled."""
