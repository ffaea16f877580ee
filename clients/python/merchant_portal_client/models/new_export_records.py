from typing import Literal

NewExportRecords = Literal["coupons", "customers", "orders", "products", "variations"]

NEW_EXPORT_RECORDS_VALUES: set[NewExportRecords] = {
    "coupons",
    "customers",
    "orders",
    "products",
    "variations",
}


def check_new_export_records(value: str) -> NewExportRecords:
    if value in NEW_EXPORT_RECORDS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {NEW_EXPORT_RECORDS_VALUES!r}")
