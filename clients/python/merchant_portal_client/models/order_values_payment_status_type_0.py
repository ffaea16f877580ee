from typing import Literal

OrderValuesPaymentStatusType0 = Literal[
    "AWAITING_PAYMENT",
    "CANCELLED",
    "CUSTOM_PAYMENT_STATUS_1",
    "CUSTOM_PAYMENT_STATUS_2",
    "CUSTOM_PAYMENT_STATUS_3",
    "PAID",
    "PARTIALLY_REFUNDED",
    "REFUNDED",
]

ORDER_VALUES_PAYMENT_STATUS_TYPE_0_VALUES: set[OrderValuesPaymentStatusType0] = {
    "AWAITING_PAYMENT",
    "CANCELLED",
    "CUSTOM_PAYMENT_STATUS_1",
    "CUSTOM_PAYMENT_STATUS_2",
    "CUSTOM_PAYMENT_STATUS_3",
    "PAID",
    "PARTIALLY_REFUNDED",
    "REFUNDED",
}


def check_order_values_payment_status_type_0(value: str) -> OrderValuesPaymentStatusType0:
    if value in ORDER_VALUES_PAYMENT_STATUS_TYPE_0_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {ORDER_VALUES_PAYMENT_STATUS_TYPE_0_VALUES!r}"
    )
