from typing import Literal

ExportRecordsExtension = Literal["csv", "jsonl"]

EXPORT_RECORDS_EXTENSION_VALUES: set[ExportRecordsExtension] = {
    "csv",
    "jsonl",
}


def check_export_records_extension(value: str) -> ExportRecordsExtension:
    if value in EXPORT_RECORDS_EXTENSION_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {EXPORT_RECORDS_EXTENSION_VALUES!r}"
    )
