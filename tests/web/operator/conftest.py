"""An operator's browser."""

from __future__ import annotations

import pytest

from portal.models import Merchant
from portal.rules.accounts.operator_roles import OperatorRole
from tests.factories import make_factor
from tests.web.conftest import Visitor


def set_role(merchant: Merchant, role: OperatorRole | None) -> None:
    """Change the role of a merchant who has signed in; operators have a second factor."""
    Merchant.update(operator_role=role).where(Merchant.id == merchant.id).execute()
    if role is not None:
        make_factor(merchant)


@pytest.fixture
def operator(browser: Visitor, merchant: Merchant) -> Visitor:
    """The browser of a signed-in operator with the role admin."""
    set_role(merchant, OperatorRole.ADMIN)
    return browser
