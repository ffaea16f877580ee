from typing import Literal

OrderRequestFulfillmentStatus = Literal[
    "AWAITING_PROCESSING",
    "CUSTOM_FULFILLMENT_STATUS_1",
    "CUSTOM_FULFILLMENT_STATUS_2",
    "CUSTOM_FULFILLMENT_STATUS_3",
    "DELIVERED",
    "OUT_FOR_DELIVERY",
    "PROCESSING",
    "READY_FOR_PICKUP",
    "RETURNED",
    "SHIPPED",
    "WILL_NOT_DELIVER",
]

ORDER_REQUEST_FULFILLMENT_STATUS_VALUES: set[OrderRequestFulfillmentStatus] = {
    "AWAITING_PROCESSING",
    "CUSTOM_FULFILLMENT_STATUS_1",
    "CUSTOM_FULFILLMENT_STATUS_2",
    "CUSTOM_FULFILLMENT_STATUS_3",
    "DELIVERED",
    "OUT_FOR_DELIVERY",
    "PROCESSING",
    "READY_FOR_PICKUP",
    "RETURNED",
    "SHIPPED",
    "WILL_NOT_DELIVER",
}


def check_order_request_fulfillment_status(value: str) -> OrderRequestFulfillmentStatus:
    if value in ORDER_REQUEST_FULFILLMENT_STATUS_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {ORDER_REQUEST_FULFILLMENT_STATUS_VALUES!r}"
    )
