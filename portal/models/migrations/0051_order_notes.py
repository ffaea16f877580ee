"""Add the notes of an order update: parcels and a refund; index the addresses of onboardings."""

from portal.models.fields import JsonField


def up(migrator, db):
    migrator.migrate(migrator.add_column("order_update", "notes", JsonField(null=True)))
    db.execute_sql(
        'CREATE INDEX "order_update_notes" ON "order_update" ("store_id", "order_id", "id")'
        " WHERE notes IS NOT NULL"
    )
    db.execute_sql('CREATE INDEX "onboarding_emails" ON "onboarding" ("email") WHERE email <> \'\'')
