"""Accounts of the people who sign in."""

from __future__ import annotations

from peewee import AutoField, CharField, Expression, IntegerField

from portal.i18n import DEFAULT_LANGUAGE
from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField
from portal.rules.accounts.operator_roles import OperatorRole
from portal.rules.records.email_addresses import normalize_email


class Merchant(Table):
    """Account of one person; ``verified_at`` says when they confirmed the e-mail address.

    ``name`` is what the person wants to be called; it is empty without one, and not unique.

    ``locale`` is the language of emails, and ``chosen_locale`` that of pages; it is empty for the
    browser's. ``timezone`` is the time zone of pages and emails; it is empty for the store's.

    ``operator_role`` is an `OperatorRole`, None for merchants. While ``locked_at`` is set, nobody
    can sign in to the account, and its API keys are refused; see docs/decisions/operators.md.
    ``credential_version`` counts the changes of password, second factor and address; what was begun
    under an earlier version, such as a sign-in that waits for its code, can't be finished.
    """

    id = AutoField()
    email = CharField(unique=True)
    name = CharField(default="")
    password_hash = CharField()
    verified_at = UtcDateTimeField(null=True)
    locale = CharField(default=DEFAULT_LANGUAGE)
    chosen_locale = CharField(default="")
    timezone = CharField(default="")
    operator_role = CharField(null=True)
    locked_at = UtcDateTimeField(null=True)
    credential_version = IntegerField(default=0)
    created_at = UtcDateTimeField(default=utc_now)

    @property
    def display_name(self) -> str:
        """Name for others who work in the same stores; the address without a name."""
        return str(self.name or self.email)

    @property
    def name_and_email(self) -> str:
        """Name and address for operators, who must know the account; the address without a name."""
        return f"{self.name} ({self.email})" if self.name else str(self.email)

    @property
    def is_operator(self) -> bool:
        """Whether this person works for the marketplace, in any role."""
        return self.operator_role is not None

    @property
    def is_admin(self) -> bool:
        """Whether this person may act on all stores."""
        return bool(self.operator_role == OperatorRole.ADMIN)

    @property
    def is_locked(self) -> bool:
        """Whether operators have locked the account."""
        return self.locked_at is not None

    @classmethod
    def with_email(cls, email: str) -> Merchant | None:
        """Return the merchant with this address in any spelling, or None."""
        found: Merchant | None = cls.get_or_none(cls.email == normalize_email(email))
        return found


# Query conditions: accounts of operators, and accounts that are not locked.
IS_OPERATOR: Expression = Merchant.operator_role.is_null(is_null=False)
IS_UNLOCKED: Expression = Merchant.locked_at.is_null()
