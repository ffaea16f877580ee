"""Let a connect link belong to a channel."""

from peewee import CharField, TextField

from portal.models.fields import UtcDateTimeField

WAITING = (
    "channel_id IS NOT NULL AND merchant_id IS NULL AND withdrawn_at IS NULL "
    "AND expiry_published_at IS NULL"
)


def up(migrator, db):
    # Not by the migrator, which names the constraint differently from a new table.
    db.execute_sql(
        'ALTER TABLE "onboarding" ADD COLUMN "channel_id" INTEGER '
        'REFERENCES "channel" ("id") ON DELETE CASCADE'
    )
    migrator.migrate(
        migrator.add_column("onboarding", "external_reference", CharField(default="")),
        migrator.add_column("onboarding", "return_url", TextField(default="")),
        migrator.add_column("onboarding", "expiry_published_at", UtcDateTimeField(null=True)),
        migrator.add_index("onboarding", ("channel_id",)),
    )
    db.execute_sql(
        f'CREATE INDEX "onboarding_expiring" ON "onboarding" ("expires_at") WHERE {WAITING}'
    )
