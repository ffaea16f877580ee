from typing import Literal

OrderRequestPaymentStatus = Literal[
    "AWAITING_PAYMENT",
    "CUSTOM_PAYMENT_STATUS_1",
    "CUSTOM_PAYMENT_STATUS_2",
    "CUSTOM_PAYMENT_STATUS_3",
    "PAID",
]

ORDER_REQUEST_PAYMENT_STATUS_VALUES: set[OrderRequestPaymentStatus] = {
    "AWAITING_PAYMENT",
    "CUSTOM_PAYMENT_STATUS_1",
    "CUSTOM_PAYMENT_STATUS_2",
    "CUSTOM_PAYMENT_STATUS_3",
    "PAID",
}


def check_order_request_payment_status(value: str) -> OrderRequestPaymentStatus:
    if value in ORDER_REQUEST_PAYMENT_STATUS_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {ORDER_REQUEST_PAYMENT_STATUS_VALUES!r}"
    )
