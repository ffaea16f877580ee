"""Follow merchants on their way to a connected store, by a link of an operator or by themselves.

A link holds nothing but a signed number: what became of it stands in its row, so it can be shown
again, withdrawn, and used once. It lapses after a week unless somebody takes it up; whoever does
may go on for as long as it takes, in any browser.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from itsdangerous import BadData, URLSafeSerializer

from portal.models import ConnectJourney, Merchant, Store, utc_now
from portal.models.base import database
from portal.rules.connection.connect_failures import LINK_GOOD_FOR, ConnectStep, goes_in_circles
from portal.rules.connection.store_states import WORKING_STATES
from portal.services.pagination import KeyPage, page_by_key
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)

LABEL_LIMIT = 120
# Nobody comes back to it after that.
FORGOTTEN_AFTER = timedelta(days=90)


def make_link(operator: Merchant, label: str) -> ConnectJourney:
    """Return a new link for the merchant whom ``label`` describes."""
    journey: ConnectJourney = ConnectJourney.create(
        label=label[:LABEL_LIMIT], made_by=operator, expires_at=utc_now() + LINK_GOOD_FOR
    )
    log.info("connect_link.made", journey=journey.id, operator=operator.id)
    return journey


def token_of(secret_key: str, journey: ConnectJourney) -> str:
    """Return what the address of a link ends with."""
    return str(_links(secret_key).dumps(_signed_part(journey)))


def journey_of(secret_key: str, token: str) -> ConnectJourney | None:
    """Return the journey that a link leads to, open or over; None for a forged or forgotten one."""
    try:
        number, _made_at = part = _links(secret_key).loads(token)
    except (BadData, TypeError, ValueError):
        return None
    journey: ConnectJourney | None = ConnectJourney.get_or_none(ConnectJourney.id == number)
    return journey if journey is not None and _signed_part(journey) == part else None


def take_up(journey: ConnectJourney, merchant: Merchant) -> bool:
    """Let ``merchant`` go the way of a link; False if another account does, or it is over."""
    is_free = ConnectJourney.merchant.is_null() & (ConnectJourney.expires_at > utc_now())
    taken: int = (
        ConnectJourney.update(merchant=merchant)
        .where(
            ConnectJourney.id == journey.id,
            (ConnectJourney.merchant == merchant) | is_free,
            ConnectJourney.finished_at.is_null(),
            ConnectJourney.withdrawn_at.is_null(),
        )
        .execute()
    )
    return taken == 1


def begin_journey(merchant: Merchant, store_id: int | None = None) -> ConnectJourney:
    """Return the merchant's unfinished journey to this store, or to a new one, or begin it."""
    found = unfinished_journey(merchant, store_id)
    if found is not None:
        return found
    journey: ConnectJourney = ConnectJourney.create(
        merchant=merchant, store_id=store_id, step=ConnectStep.AT_ECWID
    )
    return journey


def unfinished_journey(merchant: Merchant, store_id: int | None = None) -> ConnectJourney | None:
    """Return the newest journey that the merchant hasn't finished, to this store or a new one."""
    target = ConnectJourney.store_id
    found: ConnectJourney | None = (
        ConnectJourney.select()
        .where(
            ConnectJourney.merchant == merchant,
            target.is_null() if store_id is None else target == store_id,
            ConnectJourney.finished_at.is_null(),
            ConnectJourney.withdrawn_at.is_null(),
        )
        .order_by(ConnectJourney.id.desc())
        .first()
    )
    return found


def note_departure(journey: ConnectJourney) -> None:
    """Note that the merchant is being sent to Ecwid's consent page."""
    _move(journey, step=ConnectStep.AT_ECWID)


def note_obstacle(journey: ConnectJourney, problem: str) -> bool:
    """Note why a try came to nothing; True if it goes in circles: permissions left out again."""
    rounds = journey.rounds + 1 if problem == "scopes_missing" else 0
    is_circle = goes_in_circles(rounds)
    name = "circle" if is_circle else problem
    _move(journey, step=ConnectStep.REFUSED, problem=name, rounds=rounds)
    return is_circle


def start_anew(journey: ConnectJourney) -> None:
    """Let the merchant try again after a circle: the app was removed at Ecwid, they say."""
    _move(journey, rounds=0, problem=None)


def finish_journey(journey: ConnectJourney, store_id: int) -> None:
    """Note that the journey has led to a connected store; its link, if any, is used up."""
    _move(
        journey,
        step=ConnectStep.CONNECTED,
        problem=None,
        rounds=0,
        store_id=store_id,
        finished_at=utc_now(),
    )


def withdraw_link(journey_id: int) -> bool:
    """Make an unfinished journey void; False if there is none of this number."""
    withdrawn: int = (
        ConnectJourney.update(withdrawn_at=utc_now())
        .where(
            ConnectJourney.id == journey_id,
            ConnectJourney.finished_at.is_null(),
            ConnectJourney.withdrawn_at.is_null(),
        )
        .execute()
    )
    return withdrawn == 1


def browse_unfinished(
    *, after: int | None = None, before: int | None = None
) -> KeyPage[ConnectJourney]:
    """Return a page of the connects that came to no end, of all merchants; for operators.

    One to a store that works again by itself is not among them.
    """
    works = Store.select(Store.id).where(
        Store.id == ConnectJourney.store_id, Store.state.in_(WORKING_STATES)
    )
    unfinished = (
        ConnectJourney.select(ConnectJourney, Merchant)
        .join_from(ConnectJourney, Merchant, "LEFT JOIN", on=ConnectJourney.merchant)
        .where(
            ConnectJourney.finished_at.is_null(),
            ConnectJourney.withdrawn_at.is_null(),
            ConnectJourney.store_id.is_null() | ConnectJourney.store_id.not_in(works),
        )
    )
    return page_by_key(unfinished, ConnectJourney.id, after=after, before=before)


def forget_journeys(_runtime: Runtime) -> int:
    """Forget journeys that nobody has gone on with for 90 days; return how many."""
    oldest = utc_now() - FORGOTTEN_AFTER
    forgotten: int = ConnectJourney.delete().where(ConnectJourney.step_at < oldest).execute()
    return forgotten


def _move(journey: ConnectJourney, **changes: object) -> None:
    for name, value in changes.items():
        setattr(journey, name, value)
    journey.step_at = utc_now()
    with database.atomic():
        journey.save(only=[*changes, "step_at"])


def _signed_part(journey: ConnectJourney) -> list[int]:
    # With the time: a number that is given again must not open an old link.
    return [journey.id, int(journey.begun_at.timestamp())]


def _links(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt="connect-link")
