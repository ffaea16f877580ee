"""Onboardings from before the times of steps get the time of their last known step."""

from __future__ import annotations

from peewee import Database

from portal.models import Onboarding
from portal.models.migrations import migrate
from portal.services.operator.onboarding_funnel import onboarding_funnel
from tests.models.migrations.rows import AT, insert_store

# Step, merchant, store, and the time at which it was finished.
EARLIER = (
    ("invited", "NULL", "NULL", "NULL"),
    ("at_ecwid", "1", "NULL", "NULL"),
    ("refused", "1", "NULL", "NULL"),
    ("connected", "1", "1003", AT),
    ("connected", "1", "1004", AT),
)


def test_steps_of_earlier_onboardings_are_counted(empty_database: Database) -> None:
    migrate(empty_database, target="0035_operators")
    with empty_database.connection_context():
        empty_database.execute_sql(
            "INSERT INTO merchant (email, password_hash, locale, created_at)"
            f" VALUES ('ada@example.com', '', 'en', {AT})"
        )
        for store_id, read_at in ((1003, AT), (1004, "NULL")):
            insert_store(empty_database, store_id)
            empty_database.execute_sql(
                "INSERT INTO sync_state (store_id, resource, last_success_at, unchanged_checks)"
                f" VALUES ({store_id}, 'products', {read_at}, 0)"
            )
        for step, merchant, store, finished_at in EARLIER:
            empty_database.execute_sql(
                "INSERT INTO onboarding (invitee, merchant_id, store_id, step, incomplete_consents,"
                f" started_at, step_changed_at, expires_at, finished_at) VALUES ('', {merchant},"
                f" {store}, '{step}', 0, {AT}, {AT}, {AT}, {finished_at})"
            )

    migrate(empty_database)

    with empty_database.connection_context():
        funnel = onboarding_funnel(None)
        assert [row.count for row in funnel.steps] == [5, 4, 4, 2, 2, 1]
        assert {row.median for row in funnel.steps} == {None}
        assert funnel.refusals == [("", 1)]
        refused = Onboarding.get(Onboarding.step == "refused")
        assert refused.refused_at == refused.step_changed_at
        assert (refused.email, refused.locale, refused.note) == ("", "en", "")
