"""Drop what stood twice: an order's items as Ecwid sent them are in the order's own record."""


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    migrator.migrate(migrator.drop_column("order_item", "raw"))
