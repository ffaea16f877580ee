"""List of onboardings for operators, by status and search text."""

from __future__ import annotations

from peewee import Case, Expression

from portal.models import Merchant, Onboarding, Store, utc_now
from portal.rules.connection.connect_failures import ConnectStep
from portal.rules.connection.onboarding_steps import OnboardingStatus
from portal.rules.connection.store_states import WORKING_STATES
from portal.services.pagination import KeyPage, page_by_key


def list_onboardings(
    status: OnboardingStatus | None,
    *,
    search: str = "",
    only_unfinished: bool = False,
    after: int | None = None,
    before: int | None = None,
) -> KeyPage[Onboarding]:
    """Return a page of onboardings with ``status``, or with any status if it is None.

    ``search`` is a part of the invitee's name or of an e-mail address. ``only_unfinished`` leaves
    out those that are finished or withdrawn, and those of stores that work again anyway.
    """
    query = Onboarding.select(Onboarding, Merchant).join_from(
        Onboarding, Merchant, "LEFT JOIN", on=Onboarding.merchant
    )
    if status is not None:
        query = query.where(with_status(status))
    if only_unfinished:
        query = query.where(_is_unfinished())
    if search:
        query = query.where(
            Onboarding.invitee.contains(search)
            | Onboarding.email.contains(search)
            | Merchant.email.contains(search)
        )
    return page_by_key(query, Onboarding.id, after=after, before=before)


def find_onboarding(onboarding_id: int) -> Onboarding | None:
    """Return an onboarding with its merchant; None if there is none."""
    found: Onboarding | None = (
        Onboarding.select(Onboarding, Merchant)
        .join_from(Onboarding, Merchant, "LEFT JOIN", on=Onboarding.merchant)
        .where(Onboarding.id == onboarding_id)
        .first()
    )
    return found


def _is_unfinished() -> Expression:
    works = Store.select(Store.id).where(
        Store.id == Onboarding.store_id, Store.state.in_(WORKING_STATES)
    )
    condition: Expression = (
        Onboarding.finished_at.is_null()
        & Onboarding.withdrawn_at.is_null()
        & (Onboarding.store_id.is_null() | Onboarding.store_id.not_in(works))
    )
    return condition


def with_status(status: OnboardingStatus) -> Expression:
    """Return the query condition of the onboardings whose `Onboarding.status` is ``status``."""
    link = Onboarding
    is_finished = link.finished_at.is_null(is_null=False)
    is_unclaimed = link.merchant.is_null()
    # In the order of the property; the first condition that is true decides.
    found = Case(
        None,
        (
            (link.withdrawn_at.is_null(is_null=False), OnboardingStatus.WITHDRAWN),
            (is_finished & link.imported_at.is_null(is_null=False), OnboardingStatus.IMPORTED),
            (is_finished, OnboardingStatus.CONNECTED),
            (is_unclaimed & (link.expires_at <= utc_now()), OnboardingStatus.EXPIRED),
            (link.step == ConnectStep.REFUSED, OnboardingStatus.REFUSED),
            (link.consented_at.is_null(is_null=False), OnboardingStatus.CONSENT),
            (~is_unclaimed, OnboardingStatus.ACCOUNT),
            (link.opened_at.is_null(is_null=False), OnboardingStatus.OPENED),
        ),
        OnboardingStatus.INVITED,
    )
    condition: Expression = found == status
    return condition
