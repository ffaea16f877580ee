"""Link products to their categories in a table, which triggers keep, and fill it."""

from peewee import BigIntegerField, CompositeKey, ForeignKeyField, Model, PostgresqlDatabase

# Category ids are whole numbers; anything else in a record of Ecwid's has no link.
ON_SQLITE = """INSERT INTO product_category (store_id, category_id, product_id)
SELECT DISTINCT {row}.store_id, named.value, {row}.remote_id
FROM {source}json_each(CASE WHEN json_valid({row}.category_ids)
AND json_type({row}.category_ids) = 'array' THEN {row}.category_ids ELSE '[]' END) AS named
WHERE named.type = 'integer' AND named.value >= 0"""
ON_POSTGRESQL = """INSERT INTO product_category (store_id, category_id, product_id)
SELECT DISTINCT {row}.store_id, CAST(CAST(named.value AS TEXT) AS BIGINT), {row}.remote_id
FROM {source}jsonb_array_elements(CASE jsonb_typeof({row}.category_ids)
WHEN 'array' THEN {row}.category_ids ELSE '[]' END) AS named(value)
WHERE jsonb_typeof(named.value) = 'number' AND CAST(named.value AS TEXT) ~ '^[0-9]+$'
AND length(CAST(named.value AS TEXT)) < 19"""
DELETE = "DELETE FROM product_category WHERE store_id = old.store_id AND product_id = old.remote_id"

SQLITE_TRIGGERS = (
    f"""CREATE TRIGGER product_category_insert AFTER INSERT ON product BEGIN
{ON_SQLITE.format(row="new", source="")}; END""",
    f"""CREATE TRIGGER product_category_update AFTER UPDATE OF category_ids ON product
WHEN new.category_ids IS NOT old.category_ids BEGIN
{DELETE}; {ON_SQLITE.format(row="new", source="")}; END""",
    f"""CREATE TRIGGER product_category_delete AFTER DELETE ON product BEGIN
{DELETE}; END""",
)
POSTGRESQL_TRIGGERS = (
    f"""CREATE FUNCTION write_product_categories() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
IF TG_OP <> 'INSERT' THEN {DELETE}; END IF;
IF TG_OP <> 'DELETE' THEN {ON_POSTGRESQL.format(row="new", source="")}; END IF;
RETURN NULL;
END $body$""",
    """CREATE TRIGGER product_category_write AFTER INSERT OR DELETE ON product
FOR EACH ROW EXECUTE FUNCTION write_product_categories()""",
    """CREATE TRIGGER product_category_update AFTER UPDATE OF category_ids ON product
FOR EACH ROW WHEN (new.category_ids IS DISTINCT FROM old.category_ids)
EXECUTE FUNCTION write_product_categories()""",
)


class Frozen(Model):
    class Meta:
        legacy_table_names = False


class Store(Frozen):
    id = BigIntegerField(primary_key=True)


class ProductCategory(Frozen):
    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    category_id = BigIntegerField()
    product_id = BigIntegerField()

    class Meta:
        primary_key = CompositeKey("store", "category_id", "product_id")
        indexes = ((("store", "product_id"), False),)


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    is_postgresql = isinstance(db, PostgresqlDatabase)
    with db.bind_ctx([ProductCategory]):
        db.create_tables([ProductCategory])
    fill = ON_POSTGRESQL if is_postgresql else ON_SQLITE
    db.execute_sql(fill.format(row="product", source="product, "))
    for statement in POSTGRESQL_TRIGGERS if is_postgresql else SQLITE_TRIGGERS:
        db.execute_sql(statement)
