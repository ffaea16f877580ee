"""Store each store's format of amounts, and its own names of order statuses."""

from portal.models.fields import JsonField


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    # The next profile read fills both. Before that pages use the language's format and our names.
    migrator.migrate(
        migrator.add_column("store", "currency_format", JsonField(null=True)),
        migrator.add_column("store", "order_status_names", JsonField(null=True)),
    )
