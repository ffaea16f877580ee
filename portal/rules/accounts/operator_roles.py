"""Roles of the marketplace's operators."""

from __future__ import annotations

from enum import StrEnum


class OperatorRole(StrEnum):
    """Role of an operator; an admin may do everything that support may."""

    SUPPORT = "support"  # sees all stores and their pages, and invites merchants
    ADMIN = "admin"  # also acts on stores, and manages keys, alerts and users
