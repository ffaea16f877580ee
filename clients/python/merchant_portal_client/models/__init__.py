"""Contains all the data models used in inputs/outputs"""

from .address import Address
from .address_not_allowed_problem import AddressNotAllowedProblem
from .api_channel import ApiChannel
from .api_key import ApiKey
from .api_key_list import ApiKeyList
from .api_key_secret import ApiKeySecret
from .attribute import Attribute
from .availability import Availability
from .availability_request import AvailabilityRequest
from .available_line import AvailableLine
from .bad_json_problem import BadJsonProblem
from .bulk_price import BulkPrice
from .call_limits import CallLimits
from .category import Category
from .category_node import CategoryNode
from .category_page import CategoryPage
from .category_raw_type_0 import CategoryRawType0
from .change import Change
from .change_page import ChangePage
from .change_record_type_0 import ChangeRecordType0
from .channel_event import ChannelEvent
from .channel_event_data import ChannelEventData
from .channel_kind import ChannelKind
from .channel_status import ChannelStatus
from .choice import Choice
from .choice_price_modifier_type import ChoicePriceModifierType
from .chosen_option import ChosenOption
from .conflict_problem import ConflictProblem
from .connect_link import ConnectLink
from .connect_link_event import ConnectLinkEvent
from .connect_link_event_data import ConnectLinkEventData
from .connect_link_page import ConnectLinkPage
from .consent_status import ConsentStatus
from .contact import Contact
from .coupon import Coupon
from .coupon_failure import CouponFailure
from .coupon_page import CouponPage
from .coupon_raw_type_0 import CouponRawType0
from .currency_format import CurrencyFormat
from .cursor_expired_problem import CursorExpiredProblem
from .customer import Customer
from .customer_page import CustomerPage
from .customer_raw_type_0 import CustomerRawType0
from .delivery_state import DeliveryState
from .dry_run import DryRun
from .dry_run_order_type_0 import DryRunOrderType0
from .endpoint_state import EndpointState
from .export import Export
from .export_format import ExportFormat
from .export_problem import ExportProblem
from .export_records_extension import ExportRecordsExtension
from .export_records_formula_guard import ExportRecordsFormulaGuard
from .export_records_name import ExportRecordsName
from .export_state import ExportState
from .feed_operation import FeedOperation
from .field_error import FieldError
from .first_import import FirstImport
from .first_import_state import FirstImportState
from .formula_guard import FormulaGuard
from .gone_problem import GoneProblem
from .health import Health
from .health_issue import HealthIssue
from .health_resource import HealthResource
from .health_section import HealthSection
from .health_sections import HealthSections
from .health_status import HealthStatus
from .idempotency_key_invalid_problem import IdempotencyKeyInvalidProblem
from .idempotency_key_reused_problem import IdempotencyKeyReusedProblem
from .image import Image
from .internal_problem import InternalProblem
from .invalid_problem import InvalidProblem
from .issue_event import IssueEvent
from .issue_event_data import IssueEventData
from .key_expired_problem import KeyExpiredProblem
from .key_missing_problem import KeyMissingProblem
from .key_mode import KeyMode
from .key_suspended_problem import KeySuspendedProblem
from .key_unknown_problem import KeyUnknownProblem
from .line_request import LineRequest
from .line_request_options_type_0 import LineRequestOptionsType0
from .list_categories_sort import ListCategoriesSort
from .list_changes_feed_resource import ListChangesFeedResource
from .list_coupons_sort import ListCouponsSort
from .list_coupons_status import ListCouponsStatus
from .list_customers_sort import ListCustomersSort
from .list_events_event_state import ListEventsEventState
from .list_order_updates_order_update_state import ListOrderUpdatesOrderUpdateState
from .list_orders_sort import ListOrdersSort
from .list_products_sort import ListProductsSort
from .list_runs_resource import ListRunsResource
from .list_submissions_submission_state import ListSubmissionsSubmissionState
from .list_variations_sort import ListVariationsSort
from .me import Me
from .named_amount import NamedAmount
from .new_api_key import NewApiKey
from .new_connect_link import NewConnectLink
from .new_connect_link_language_type_0 import NewConnectLinkLanguageType0
from .new_export import NewExport
from .new_export_records import NewExportRecords
from .new_run import NewRun
from .new_test_event import NewTestEvent
from .new_webhook_endpoint import NewWebhookEndpoint
from .not_found_problem import NotFoundProblem
from .not_json_problem import NotJsonProblem
from .noted_refund import NotedRefund
from .option_selection import OptionSelection
from .order import Order
from .order_acceptance import OrderAcceptance
from .order_discount import OrderDiscount
from .order_extra_field import OrderExtraField
from .order_fee import OrderFee
from .order_item import OrderItem
from .order_item_dimensions import OrderItemDimensions
from .order_item_option import OrderItemOption
from .order_page import OrderPage
from .order_payment import OrderPayment
from .order_pickup import OrderPickup
from .order_raw_type_0 import OrderRawType0
from .order_refund import OrderRefund
from .order_rejected_problem import OrderRejectedProblem
from .order_request import OrderRequest
from .order_request_extra_fields_type_0 import OrderRequestExtraFieldsType0
from .order_request_fulfillment_status import OrderRequestFulfillmentStatus
from .order_request_payment_status import OrderRequestPaymentStatus
from .order_shipment import OrderShipment
from .order_shipping import OrderShipping
from .order_tax import OrderTax
from .order_update import OrderUpdate
from .order_update_changes import OrderUpdateChanges
from .order_update_event import OrderUpdateEvent
from .order_update_event_data import OrderUpdateEventData
from .order_update_expected import OrderUpdateExpected
from .order_update_page import OrderUpdatePage
from .order_update_remote_type_0 import OrderUpdateRemoteType0
from .order_update_request import OrderUpdateRequest
from .order_update_request_fulfillment_status_type_0 import (
    OrderUpdateRequestFulfillmentStatusType0,
)
from .order_update_request_payment_status_type_0 import (
    OrderUpdateRequestPaymentStatusType0,
)
from .order_update_state import OrderUpdateState
from .order_values import OrderValues
from .order_values_fulfillment_status_type_0 import OrderValuesFulfillmentStatusType0
from .order_values_payment_status_type_0 import OrderValuesPaymentStatusType0
from .parcel import Parcel
from .pause_or_resume_resource_action import PauseOrResumeResourceAction
from .pause_or_resume_resource_resource import PauseOrResumeResourceResource
from .pause_or_resume_webhook_endpoint_action import PauseOrResumeWebhookEndpointAction
from .person import Person
from .ping_event import PingEvent
from .ping_event_data import PingEventData
from .precondition_failed_problem import PreconditionFailedProblem
from .precondition_failed_problem_current import PreconditionFailedProblemCurrent
from .precondition_required_problem import PreconditionRequiredProblem
from .product import Product
from .product_dimensions import ProductDimensions
from .product_option import ProductOption
from .product_page import ProductPage
from .product_raw_type_0 import ProductRawType0
from .product_selection import ProductSelection
from .quote import Quote
from .quoted_coupon import QuotedCoupon
from .quoted_line import QuotedLine
from .quoted_line_options import QuotedLineOptions
from .quoted_tax import QuotedTax
from .rate_limited_problem import RateLimitedProblem
from .record_count import RecordCount
from .record_event import RecordEvent
from .record_event_data import RecordEventData
from .refund_note import RefundNote
from .resolve_order_update_decision import ResolveOrderUpdateDecision
from .sale_rules import SaleRules
from .scope_missing_problem import ScopeMissingProblem
from .sellable import Sellable
from .selling import Selling
from .selling_change import SellingChange
from .selling_side import SellingSide
from .seo import Seo
from .severity import Severity
from .shipping import Shipping
from .shipping_option import ShippingOption
from .stock_policy import StockPolicy
from .store import Store
from .store_busy_problem import StoreBusyProblem
from .store_disconnected_problem import StoreDisconnectedProblem
from .store_event import StoreEvent
from .store_event_data import StoreEventData
from .store_not_working_problem import StoreNotWorkingProblem
from .store_page import StorePage
from .store_unreachable_problem import StoreUnreachableProblem
from .stored_address import StoredAddress
from .submission import Submission
from .submission_event import SubmissionEvent
from .submission_event_data import SubmissionEventData
from .submission_page import SubmissionPage
from .submission_state import SubmissionState
from .submission_step import SubmissionStep
from .sync_run import SyncRun
from .sync_run_page import SyncRunPage
from .tax import Tax
from .too_large_problem import TooLargeProblem
from .too_many_waiting_problem import TooManyWaitingProblem
from .unavailable_problem import UnavailableProblem
from .update_conflict_problem import UpdateConflictProblem
from .validation_message import ValidationMessage
from .variation import Variation
from .variation_page import VariationPage
from .variation_raw_type_0 import VariationRawType0
from .webhook_delivery import WebhookDelivery
from .webhook_endpoint import WebhookEndpoint
from .webhook_endpoint_list import WebhookEndpointList
from .webhook_endpoint_secret import WebhookEndpointSecret
from .webhook_event import WebhookEvent
from .webhook_event_page import WebhookEventPage

__all__ = (
    "Address",
    "AddressNotAllowedProblem",
    "ApiChannel",
    "ApiKey",
    "ApiKeyList",
    "ApiKeySecret",
    "Attribute",
    "Availability",
    "AvailabilityRequest",
    "AvailableLine",
    "BadJsonProblem",
    "BulkPrice",
    "CallLimits",
    "Category",
    "CategoryNode",
    "CategoryPage",
    "CategoryRawType0",
    "Change",
    "ChangePage",
    "ChangeRecordType0",
    "ChannelEvent",
    "ChannelEventData",
    "ChannelKind",
    "ChannelStatus",
    "Choice",
    "ChoicePriceModifierType",
    "ChosenOption",
    "ConflictProblem",
    "ConnectLink",
    "ConnectLinkEvent",
    "ConnectLinkEventData",
    "ConnectLinkPage",
    "ConsentStatus",
    "Contact",
    "Coupon",
    "CouponFailure",
    "CouponPage",
    "CouponRawType0",
    "CurrencyFormat",
    "CursorExpiredProblem",
    "Customer",
    "CustomerPage",
    "CustomerRawType0",
    "DeliveryState",
    "DryRun",
    "DryRunOrderType0",
    "EndpointState",
    "Export",
    "ExportFormat",
    "ExportProblem",
    "ExportRecordsExtension",
    "ExportRecordsFormulaGuard",
    "ExportRecordsName",
    "ExportState",
    "FeedOperation",
    "FieldError",
    "FirstImport",
    "FirstImportState",
    "FormulaGuard",
    "GoneProblem",
    "Health",
    "HealthIssue",
    "HealthResource",
    "HealthSection",
    "HealthSections",
    "HealthStatus",
    "IdempotencyKeyInvalidProblem",
    "IdempotencyKeyReusedProblem",
    "Image",
    "InternalProblem",
    "InvalidProblem",
    "IssueEvent",
    "IssueEventData",
    "KeyExpiredProblem",
    "KeyMissingProblem",
    "KeyMode",
    "KeySuspendedProblem",
    "KeyUnknownProblem",
    "LineRequest",
    "LineRequestOptionsType0",
    "ListCategoriesSort",
    "ListChangesFeedResource",
    "ListCouponsSort",
    "ListCouponsStatus",
    "ListCustomersSort",
    "ListEventsEventState",
    "ListOrdersSort",
    "ListOrderUpdatesOrderUpdateState",
    "ListProductsSort",
    "ListRunsResource",
    "ListSubmissionsSubmissionState",
    "ListVariationsSort",
    "Me",
    "NamedAmount",
    "NewApiKey",
    "NewConnectLink",
    "NewConnectLinkLanguageType0",
    "NewExport",
    "NewExportRecords",
    "NewRun",
    "NewTestEvent",
    "NewWebhookEndpoint",
    "NotedRefund",
    "NotFoundProblem",
    "NotJsonProblem",
    "OptionSelection",
    "Order",
    "OrderAcceptance",
    "OrderDiscount",
    "OrderExtraField",
    "OrderFee",
    "OrderItem",
    "OrderItemDimensions",
    "OrderItemOption",
    "OrderPage",
    "OrderPayment",
    "OrderPickup",
    "OrderRawType0",
    "OrderRefund",
    "OrderRejectedProblem",
    "OrderRequest",
    "OrderRequestExtraFieldsType0",
    "OrderRequestFulfillmentStatus",
    "OrderRequestPaymentStatus",
    "OrderShipment",
    "OrderShipping",
    "OrderTax",
    "OrderUpdate",
    "OrderUpdateChanges",
    "OrderUpdateEvent",
    "OrderUpdateEventData",
    "OrderUpdateExpected",
    "OrderUpdatePage",
    "OrderUpdateRemoteType0",
    "OrderUpdateRequest",
    "OrderUpdateRequestFulfillmentStatusType0",
    "OrderUpdateRequestPaymentStatusType0",
    "OrderUpdateState",
    "OrderValues",
    "OrderValuesFulfillmentStatusType0",
    "OrderValuesPaymentStatusType0",
    "Parcel",
    "PauseOrResumeResourceAction",
    "PauseOrResumeResourceResource",
    "PauseOrResumeWebhookEndpointAction",
    "Person",
    "PingEvent",
    "PingEventData",
    "PreconditionFailedProblem",
    "PreconditionFailedProblemCurrent",
    "PreconditionRequiredProblem",
    "Product",
    "ProductDimensions",
    "ProductOption",
    "ProductPage",
    "ProductRawType0",
    "ProductSelection",
    "Quote",
    "QuotedCoupon",
    "QuotedLine",
    "QuotedLineOptions",
    "QuotedTax",
    "RateLimitedProblem",
    "RecordCount",
    "RecordEvent",
    "RecordEventData",
    "RefundNote",
    "ResolveOrderUpdateDecision",
    "SaleRules",
    "ScopeMissingProblem",
    "Sellable",
    "Selling",
    "SellingChange",
    "SellingSide",
    "Seo",
    "Severity",
    "Shipping",
    "ShippingOption",
    "StockPolicy",
    "Store",
    "StoreBusyProblem",
    "StoredAddress",
    "StoreDisconnectedProblem",
    "StoreEvent",
    "StoreEventData",
    "StoreNotWorkingProblem",
    "StorePage",
    "StoreUnreachableProblem",
    "Submission",
    "SubmissionEvent",
    "SubmissionEventData",
    "SubmissionPage",
    "SubmissionState",
    "SubmissionStep",
    "SyncRun",
    "SyncRunPage",
    "Tax",
    "TooLargeProblem",
    "TooManyWaitingProblem",
    "UnavailableProblem",
    "UpdateConflictProblem",
    "ValidationMessage",
    "Variation",
    "VariationPage",
    "VariationRawType0",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookEndpointList",
    "WebhookEndpointSecret",
    "WebhookEvent",
    "WebhookEventPage",
)
