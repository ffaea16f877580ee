from typing import Literal

OrderUpdateRequestFulfillmentStatusType0 = Literal[
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

ORDER_UPDATE_REQUEST_FULFILLMENT_STATUS_TYPE_0_VALUES: set[
    OrderUpdateRequestFulfillmentStatusType0
] = {
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


def check_order_update_request_fulfillment_status_type_0(
    value: str,
) -> OrderUpdateRequestFulfillmentStatusType0:
    if value in ORDER_UPDATE_REQUEST_FULFILLMENT_STATUS_TYPE_0_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {ORDER_UPDATE_REQUEST_FULFILLMENT_STATUS_TYPE_0_VALUES!r}"
    )
