"""Password hashes of low cost: one with the product's cost takes as long as several pages."""

from __future__ import annotations

from argon2 import PasswordHasher

from portal.services.accounts import passwords

PRODUCT_HASHER = passwords._HASHER
# Differs from argon2's cheapest profile, which tests use for hashes with an outdated cost.
LOW_COST = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)


def lower_password_cost() -> None:
    """Hash passwords at low cost in this process; the processes that it starts don't."""
    passwords._HASHER = LOW_COST
