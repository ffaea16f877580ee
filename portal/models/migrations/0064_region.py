"""Let people choose the language of their pages, and one time zone for pages and emails."""

from peewee import CharField


def up(migrator, db):
    migrator.migrate(
        migrator.add_column("merchant", "chosen_locale", CharField(default="")),
        migrator.add_column("merchant", "timezone", CharField(default="")),
    )
    db.execute_sql(
        "UPDATE merchant SET timezone = (SELECT timezone FROM notification_preference AS p"
        " WHERE p.merchant_id = merchant.id)"
        " WHERE id IN (SELECT merchant_id FROM notification_preference)"
    )
    migrator.migrate(migrator.drop_column("notification_preference", "timezone"))
