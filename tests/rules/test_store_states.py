"""How a store stands follows from suspension, plan and scopes, the obstacle to mend first."""

from __future__ import annotations

import pytest

from portal.rules.plan import PlanLevel
from portal.rules.scopes import REQUIRED_NAMES
from portal.rules.store_states import WORKING_STATES, StoreState, judge_store

ALL = REQUIRED_NAMES
SOME = REQUIRED_NAMES[1:]


@pytest.mark.parametrize(
    ("scopes", "plan", "is_suspended", "state"),
    [
        (ALL, PlanLevel.FULL, False, StoreState.CONNECTED),
        (ALL, PlanLevel.LIMITED, False, StoreState.LIMITED),
        (ALL, PlanLevel.BLOCKED, False, StoreState.PLAN_BLOCKED),
        (SOME, PlanLevel.FULL, False, StoreState.ACTION_REQUIRED),
        (SOME, PlanLevel.LIMITED, False, StoreState.ACTION_REQUIRED),
        (SOME, PlanLevel.BLOCKED, False, StoreState.PLAN_BLOCKED),
        (ALL, PlanLevel.FULL, True, StoreState.SUSPENDED),
        (SOME, PlanLevel.BLOCKED, True, StoreState.SUSPENDED),
    ],
)
def test_the_obstacle_to_mend_first_names_the_state(
    scopes: tuple[str, ...], plan: PlanLevel, is_suspended: bool, state: StoreState
) -> None:
    assert judge_store(scopes=scopes, plan=plan, is_suspended=is_suspended) is state


def test_more_scopes_than_needed_do_no_harm() -> None:
    scopes = (*ALL, "read_store_profile_extended", "read_invoices")

    state = judge_store(scopes=scopes, plan=PlanLevel.FULL, is_suspended=False)

    assert state is StoreState.CONNECTED


def test_calls_are_made_for_connected_and_limited_stores_only() -> None:
    assert set(WORKING_STATES) == {StoreState.CONNECTED, StoreState.LIMITED}
