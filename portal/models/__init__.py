"""Data model: peewee tables shared by the portal and the daemon, one idea a file."""

from importlib import import_module as _import_module
from pkgutil import iter_modules as _iter_modules

from portal.models.acting import (
    Actor,
    acting_as,
    current_actor,
    set_actor,
    set_audit_observer,
)
from portal.models.alert import Alert
from portal.models.alert_channel import AlertChannel, AlertMedium
from portal.models.alert_check import AlertCheck
from portal.models.alert_delivery import AlertDelivery
from portal.models.alert_message import AlertMessage, AlertPurpose
from portal.models.alert_notice import AlertNotice
from portal.models.alert_severity import AlertSeverity
from portal.models.api_key import ApiKey, KeyMode
from portal.models.audit_log import COMMAND_ACTOR, AuditLogEntry
from portal.models.base import Table, database, open_database, utc_now
from portal.models.browser_session import SESSION_IDLE_LIFETIME, SESSION_LIFETIME, BrowserSession
from portal.models.bulk_action import BulkAction, BulkActionKind, BulkActionState
from portal.models.bulk_action_email import BulkActionEmail
from portal.models.bulk_action_item import BulkActionItem, BulkActionItemState
from portal.models.catch_up import CatchUp
from portal.models.category import Category
from portal.models.change_feed import ChangeFeedEntry, ChangeFeedPruning
from portal.models.channel import Channel
from portal.models.channel_alert_email import ChannelAlertEmail
from portal.models.channel_consent import ChannelConsent
from portal.models.channel_selection import ChannelPick, ChannelProduct, ChannelSelection
from portal.models.circuit_breaker import IS_OPEN_CIRCUIT, CircuitBreaker
from portal.models.connect_link_email import ConnectLinkEmail
from portal.models.coupon import Coupon
from portal.models.customer import Customer
from portal.models.delivery import (
    IS_FAILING_DELIVERY,
    IS_UNFINISHED,
    IS_WAITING_TEST,
    Delivery,
    DeliveryAttempt,
    DeliveryState,
)
from portal.models.email_change import EmailChange
from portal.models.endpoint_alert import EndpointAlert
from portal.models.event_attempt import AttemptOutcome, EventAttempt, EventBatch
from portal.models.event_pruning import EventPruning
from portal.models.event_replay import EventReplay, ReplayedEvent, ReplayState
from portal.models.event_term import EventTerm, EventTermProgress
from portal.models.freshness_point import FreshnessPoint
from portal.models.grant import Grant
from portal.models.hourly_count import (
    EVENT_CALLS,
    CountKind,
    CountSum,
    HourlyCount,
)
from portal.models.issue import Issue
from portal.models.lease import Lease
from portal.models.membership import GIVEN_ROLES, Membership, Role
from portal.models.merchant import IS_OPERATOR, IS_UNLOCKED, Merchant
from portal.models.mirror import MirrorTable, mirrored_tables
from portal.models.mirror_count import MirrorCount
from portal.models.notification import (
    IS_FAILING_EMAIL,
    UNDELIVERED_STATES,
    Notification,
    NotificationState,
    NotificationTrigger,
)
from portal.models.notification_preference import NotificationPreference
from portal.models.onboarding import Onboarding
from portal.models.order import Order, OrderItem, OrderSum
from portal.models.order_submission import IS_FAILING_SUBMISSION, OrderSubmission, SubmissionStep
from portal.models.order_update import (
    HAS_NOTES,
    IS_FAILING_UPDATE,
    OrderUpdate,
    OrderUpdateState,
)
from portal.models.outbound_event import OutboundEvent
from portal.models.own_write import OwnWrite
from portal.models.parked_grant import PARKED_GRANT_LIFETIME, ParkedGrant
from portal.models.passkey import Passkey
from portal.models.privacy_request import PrivacyRequest, PrivacyRequestKind, PrivacyRequestState
from portal.models.product import Product, Variation
from portal.models.product_category import ProductCategory
from portal.models.quarantine import Quarantine
from portal.models.queued_email import IS_MISTYPED, QueuedEmail
from portal.models.reconcile_mark import ReconcileMark
from portal.models.record_change import ChangeKind, RecordChange
from portal.models.record_export import ExportProblem, ExportState, RecordExport
from portal.models.record_resync import RecordResync, ResyncState
from portal.models.rejected_webhook_count import NO_STORE, RejectedWebhookCount
from portal.models.schema_change import ObservedSchema, SchemaChange
from portal.models.search_document import SearchDocument
from portal.models.second_factor import (
    HAS_SECOND_FACTOR,
    RecoveryCode,
    SecondFactor,
    has_second_factor_of,
)
from portal.models.security_event import SecurityEvent
from portal.models.sellable_count import SellableCount
from portal.models.stock_claim import StockClaim
from portal.models.store import IS_WORKING, Store
from portal.models.store_data_erasure import StoreDataErasure
from portal.models.store_invitation import INVITATION_LIFETIME, StoreInvitation
from portal.models.store_summary import StoreSummary, StoreSummaryProgress
from portal.models.suppression_list import SuppressionEntry
from portal.models.sync import IS_FAILING_RUN, SYNC_ORDER, RunKind, RunState, SyncRun, SyncState
from portal.models.timeline import TimelineEntry
from portal.models.webhook_endpoint import EndpointState, OffReason, WebhookEndpoint
from portal.models.webhook_event import (
    EVENT_SUMMARY_COLUMNS,
    IS_FAILING_EVENT,
    IS_PENDING,
    EventState,
    WebhookEvent,
)
from portal.rules.connection.store_states import WORKING_STATES, StoreState
from portal.rules.sync.resources import Resource
from portal.rules.webhooks.liveness import WebhookHealth

# Tables register themselves when their module is imported, so a new table needs no line here.
for _module in _iter_modules(__path__):
    if not _module.ispkg:
        _import_module(f"{__name__}.{_module.name}")
for _table in mirrored_tables():
    _table.index_deleted()

TABLES: tuple[type[Table], ...] = (
    Merchant,
    BrowserSession,
    SecondFactor,
    RecoveryCode,
    Passkey,
    EmailChange,
    Store,
    Membership,
    StoreInvitation,
    QueuedEmail,
    StoreSummary,
    StoreSummaryProgress,
    Grant,
    Channel,
    ChannelAlertEmail,
    ChannelConsent,
    ChannelSelection,
    ChannelProduct,
    ChannelPick,
    Onboarding,
    ConnectLinkEmail,
    ParkedGrant,
    Lease,
    Issue,
    TimelineEntry,
    Notification,
    NotificationPreference,
    StoreDataErasure,
    CatchUp,
    SyncState,
    SyncRun,
    ReconcileMark,
    WebhookEvent,
    RejectedWebhookCount,
    EventBatch,
    EventAttempt,
    EventTerm,
    EventTermProgress,
    EventPruning,
    EventReplay,
    ReplayedEvent,
    CircuitBreaker,
    Quarantine,
    RecordChange,
    RecordResync,
    RecordExport,
    FreshnessPoint,
    HourlyCount,
    SellableCount,
    ObservedSchema,
    SchemaChange,
    MirrorCount,
    *mirrored_tables(),
    OrderItem,
    ProductCategory,
    SearchDocument,
    ChangeFeedEntry,
    ChangeFeedPruning,
    AuditLogEntry,
    SecurityEvent,
    ApiKey,
    PrivacyRequest,
    SuppressionEntry,
    OwnWrite,
    OrderSubmission,
    SubmissionStep,
    StockClaim,
    OrderUpdate,
    WebhookEndpoint,
    OutboundEvent,
    Delivery,
    DeliveryAttempt,
    EndpointAlert,
    Alert,
    AlertSeverity,
    AlertChannel,
    AlertMessage,
    AlertNotice,
    AlertDelivery,
    AlertCheck,
    BulkAction,
    BulkActionItem,
    BulkActionEmail,
)

__all__ = [
    "COMMAND_ACTOR",
    "EVENT_CALLS",
    "EVENT_SUMMARY_COLUMNS",
    "GIVEN_ROLES",
    "HAS_NOTES",
    "HAS_SECOND_FACTOR",
    "INVITATION_LIFETIME",
    "IS_FAILING_DELIVERY",
    "IS_FAILING_EMAIL",
    "IS_FAILING_EVENT",
    "IS_FAILING_RUN",
    "IS_FAILING_SUBMISSION",
    "IS_FAILING_UPDATE",
    "IS_MISTYPED",
    "IS_OPEN_CIRCUIT",
    "IS_OPERATOR",
    "IS_PENDING",
    "IS_UNFINISHED",
    "IS_UNLOCKED",
    "IS_WAITING_TEST",
    "IS_WORKING",
    "NO_STORE",
    "PARKED_GRANT_LIFETIME",
    "SESSION_IDLE_LIFETIME",
    "SESSION_LIFETIME",
    "SYNC_ORDER",
    "TABLES",
    "UNDELIVERED_STATES",
    "WORKING_STATES",
    "Actor",
    "Alert",
    "AlertChannel",
    "AlertCheck",
    "AlertDelivery",
    "AlertMedium",
    "AlertMessage",
    "AlertNotice",
    "AlertPurpose",
    "AlertSeverity",
    "ApiKey",
    "AttemptOutcome",
    "AuditLogEntry",
    "BrowserSession",
    "BulkAction",
    "BulkActionEmail",
    "BulkActionItem",
    "BulkActionItemState",
    "BulkActionKind",
    "BulkActionState",
    "CatchUp",
    "Category",
    "ChangeFeedEntry",
    "ChangeFeedPruning",
    "ChangeKind",
    "Channel",
    "ChannelAlertEmail",
    "ChannelConsent",
    "ChannelPick",
    "ChannelProduct",
    "ChannelSelection",
    "CircuitBreaker",
    "ConnectLinkEmail",
    "CountKind",
    "CountSum",
    "Coupon",
    "Customer",
    "Delivery",
    "DeliveryAttempt",
    "DeliveryState",
    "EmailChange",
    "EndpointAlert",
    "EndpointState",
    "EventAttempt",
    "EventBatch",
    "EventPruning",
    "EventReplay",
    "EventState",
    "EventTerm",
    "EventTermProgress",
    "ExportProblem",
    "ExportState",
    "FreshnessPoint",
    "Grant",
    "HourlyCount",
    "Issue",
    "KeyMode",
    "Lease",
    "Membership",
    "Merchant",
    "MirrorCount",
    "MirrorTable",
    "Notification",
    "NotificationPreference",
    "NotificationState",
    "NotificationTrigger",
    "ObservedSchema",
    "OffReason",
    "Onboarding",
    "Order",
    "OrderItem",
    "OrderSubmission",
    "OrderSum",
    "OrderUpdate",
    "OrderUpdateState",
    "OutboundEvent",
    "OwnWrite",
    "ParkedGrant",
    "Passkey",
    "PrivacyRequest",
    "PrivacyRequestKind",
    "PrivacyRequestState",
    "Product",
    "ProductCategory",
    "Quarantine",
    "QueuedEmail",
    "ReconcileMark",
    "RecordChange",
    "RecordExport",
    "RecordResync",
    "RecoveryCode",
    "RejectedWebhookCount",
    "ReplayState",
    "ReplayedEvent",
    "Resource",
    "ResyncState",
    "Role",
    "RunKind",
    "RunState",
    "SchemaChange",
    "SearchDocument",
    "SecondFactor",
    "SecurityEvent",
    "SellableCount",
    "StockClaim",
    "Store",
    "StoreDataErasure",
    "StoreInvitation",
    "StoreState",
    "StoreSummary",
    "StoreSummaryProgress",
    "SubmissionStep",
    "SuppressionEntry",
    "SyncRun",
    "SyncState",
    "Table",
    "TimelineEntry",
    "Variation",
    "WebhookEndpoint",
    "WebhookEvent",
    "WebhookHealth",
    "acting_as",
    "current_actor",
    "database",
    "has_second_factor_of",
    "mirrored_tables",
    "open_database",
    "set_actor",
    "set_audit_observer",
    "utc_now",
]
