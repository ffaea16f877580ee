from typing import Literal

KeyScope = Literal[
    "manage_keys",
    "manage_links",
    "read_catalog",
    "read_health",
    "read_orders",
    "run_syncs",
    "write_orders",
]

KEY_SCOPE_VALUES: set[KeyScope] = {
    "manage_keys",
    "manage_links",
    "read_catalog",
    "read_health",
    "read_orders",
    "run_syncs",
    "write_orders",
}


def check_key_scope(value: str) -> KeyScope:
    if value in KEY_SCOPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {KEY_SCOPE_VALUES!r}")
