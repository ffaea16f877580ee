from typing import Literal

ExportRecordsName = Literal["coupons", "customers", "orders", "products", "variations"]

EXPORT_RECORDS_NAME_VALUES: set[ExportRecordsName] = {
    "coupons",
    "customers",
    "orders",
    "products",
    "variations",
}


def check_export_records_name(value: str) -> ExportRecordsName:
    if value in EXPORT_RECORDS_NAME_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EXPORT_RECORDS_NAME_VALUES!r}")
