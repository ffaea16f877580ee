"""Hold the data model: peewee tables shared by the portal and the daemon, one idea a file."""

from portal.models.api_key import ApiKey
from portal.models.audit_log import Audit
from portal.models.base import Table, database, open_database, utc_now
from portal.models.browser_session import SESSION_LIFE, BrowserSession
from portal.models.catch_up import ReadingGap
from portal.models.category import Category
from portal.models.circuit_breaker import StoreCircuit
from portal.models.coupon import Coupon
from portal.models.customer import Customer
from portal.models.delivery import IS_UNFINISHED, Delivery, DeliveryAttempt, DeliveryState
from portal.models.email_change import EmailChange
from portal.models.endpoint_alert import EndpointNotice
from portal.models.event_attempt import AttemptOutcome, EventAttempt, EventBatch
from portal.models.event_pruning import EventPruning
from portal.models.event_replay import EventReplay, ReplayedEvent, ReplayState
from portal.models.event_term import EventWord, EventWordProgress
from portal.models.freshness_point import FreshnessPoint
from portal.models.grant import Grant
from portal.models.issue import Issue
from portal.models.lease import Lease
from portal.models.membership import Membership, Role
from portal.models.merchant import Merchant, normal_email
from portal.models.mirror import MirrorTable
from portal.models.mirror_count import MirrorCount
from portal.models.notification import (
    UNDELIVERED_STATES,
    Notification,
    NotificationState,
    Occasion,
)
from portal.models.notification_preference import NotificationChoice
from portal.models.onboarding import ConnectJourney
from portal.models.order import Order, OrderItem
from portal.models.order_submission import OrderSubmission, SubmissionStep
from portal.models.order_update import OrderUpdate, UpdateState
from portal.models.outbound_event import OutboxMessage
from portal.models.own_write import OwnWrite
from portal.models.privacy_request import PersonalDataRequest, RequestKind, RequestState
from portal.models.product import Product, Variation
from portal.models.quarantine import Quarantine
from portal.models.reconcile_mark import AuditSighting
from portal.models.record_change import ChangeKind, RecordChange
from portal.models.record_resync import RecordResync, ResyncState
from portal.models.rejected_webhook_count import NO_STORE, DeliveryCount
from portal.models.schema_change import FieldDrift, FieldProfile
from portal.models.second_factor import RecoveryCode, SecondFactor
from portal.models.store import IS_WORKING, Store
from portal.models.store_data_erasure import CopyErasure
from portal.models.store_invitation import INVITATION_LIFE, StoreInvitation
from portal.models.suppression_list import ErasedPerson
from portal.models.sync import SYNC_ORDER, Resource, RunKind, RunState, SyncRun, SyncState
from portal.models.timeline import Timeline
from portal.models.webhook_endpoint import ChannelEndpoint, EndpointState, OffReason
from portal.models.webhook_event import IS_PENDING, EventState, WebhookEvent
from portal.rules.connection.store_states import WORKING_STATES, StoreState
from portal.rules.webhooks.liveness import WebhookHealth

TABLES: tuple[type[Table], ...] = (
    Merchant,
    BrowserSession,
    SecondFactor,
    RecoveryCode,
    EmailChange,
    Store,
    Membership,
    StoreInvitation,
    Grant,
    ConnectJourney,
    Lease,
    Issue,
    Timeline,
    Notification,
    NotificationChoice,
    CopyErasure,
    ReadingGap,
    SyncState,
    SyncRun,
    AuditSighting,
    WebhookEvent,
    DeliveryCount,
    EventBatch,
    EventAttempt,
    EventWord,
    EventWordProgress,
    EventPruning,
    EventReplay,
    ReplayedEvent,
    StoreCircuit,
    Quarantine,
    RecordChange,
    RecordResync,
    FreshnessPoint,
    FieldProfile,
    FieldDrift,
    MirrorCount,
    Product,
    Variation,
    Category,
    Order,
    OrderItem,
    Customer,
    Coupon,
    Audit,
    ApiKey,
    PersonalDataRequest,
    ErasedPerson,
    OwnWrite,
    OrderSubmission,
    SubmissionStep,
    OrderUpdate,
    ChannelEndpoint,
    OutboxMessage,
    Delivery,
    DeliveryAttempt,
    EndpointNotice,
)

__all__ = [
    "INVITATION_LIFE",
    "IS_PENDING",
    "IS_UNFINISHED",
    "IS_WORKING",
    "NO_STORE",
    "SESSION_LIFE",
    "SYNC_ORDER",
    "TABLES",
    "UNDELIVERED_STATES",
    "WORKING_STATES",
    "ApiKey",
    "AttemptOutcome",
    "Audit",
    "AuditSighting",
    "BrowserSession",
    "Category",
    "ChangeKind",
    "ChannelEndpoint",
    "ConnectJourney",
    "CopyErasure",
    "Coupon",
    "Customer",
    "Delivery",
    "DeliveryAttempt",
    "DeliveryCount",
    "DeliveryState",
    "EmailChange",
    "EndpointNotice",
    "EndpointState",
    "ErasedPerson",
    "EventAttempt",
    "EventBatch",
    "EventPruning",
    "EventReplay",
    "EventState",
    "EventWord",
    "EventWordProgress",
    "FieldDrift",
    "FieldProfile",
    "FreshnessPoint",
    "Grant",
    "Issue",
    "Lease",
    "Membership",
    "Merchant",
    "MirrorCount",
    "MirrorTable",
    "Notification",
    "NotificationChoice",
    "NotificationState",
    "Occasion",
    "OffReason",
    "Order",
    "OrderItem",
    "OrderSubmission",
    "OrderUpdate",
    "OutboxMessage",
    "OwnWrite",
    "PersonalDataRequest",
    "Product",
    "Quarantine",
    "ReadingGap",
    "RecordChange",
    "RecordResync",
    "RecoveryCode",
    "ReplayState",
    "ReplayedEvent",
    "RequestKind",
    "RequestState",
    "Resource",
    "ResyncState",
    "Role",
    "RunKind",
    "RunState",
    "SecondFactor",
    "Store",
    "StoreCircuit",
    "StoreInvitation",
    "StoreState",
    "SubmissionStep",
    "SyncRun",
    "SyncState",
    "Table",
    "Timeline",
    "UpdateState",
    "Variation",
    "WebhookEvent",
    "WebhookHealth",
    "database",
    "normal_email",
    "open_database",
    "utc_now",
]
