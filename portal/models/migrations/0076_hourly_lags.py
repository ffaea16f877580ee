"""Keep the highest lag of each hour, beginning with the two days that have points."""

from portal.models.bulk import is_postgresql

HOUR_ON_SQLITE = "CAST(strftime('%s', at) AS INTEGER) / 3600"
HOUR_ON_POSTGRESQL = "CAST(floor(extract(epoch FROM at) / 3600) AS INTEGER)"
LAGS = """INSERT INTO hourly_count (store_id, kind, hour, outcome, count, amount)
SELECT store_id, 'lag', {hour}, 'any', MAX(minutes_behind) + 1, 0 FROM freshness_point
WHERE minutes_behind IS NOT NULL AND store_id IN (SELECT id FROM store) GROUP BY 1, 3"""


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    hour = HOUR_ON_POSTGRESQL if is_postgresql(db) else HOUR_ON_SQLITE
    db.execute_sql(LAGS.format(hour=hour))
