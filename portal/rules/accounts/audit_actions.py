"""Actions in the audit log: every change that a person or an API key can make has one."""

from __future__ import annotations

from enum import StrEnum


class AuditAction(StrEnum):
    """Action of an audit log entry; `portal.web.operator.audit_labels` has the text of each."""

    # Accounts
    ACCOUNT_CREATED = "account.created"
    ACCOUNT_DELETED = "account.deleted"
    ACCOUNT_EXPORTED = "account.exported"
    EMAIL_CHANGED = "email.changed"
    EMAIL_CHANGE_CANCELED = "email.change_canceled"
    EMAIL_CHANGE_REQUESTED = "email.change_requested"
    EMAIL_CHANGE_CONFIRMED = "email.change_confirmed"
    NOTIFICATIONS_CHANGED = "notifications.changed"
    PASSWORD_CHANGED = "password.changed"  # noqa: S105 - an action, not a password
    SECOND_FACTOR_OFF = "second_factor.off"
    SECOND_FACTOR_ON = "second_factor.on"
    SECOND_FACTOR_CODES_RENEWED = "second_factor.codes_renewed"
    SESSION_ENDED = "session.ended"
    # Teams
    INVITATION_DECLINED = "invitation_declined"
    INVITATION_WITHDRAWN = "invitation_withdrawn"
    MEMBER_INVITED = "member_invited"
    MEMBER_JOINED = "member_joined"
    MEMBER_LEFT = "member_left"
    MEMBER_REMOVED = "member_removed"
    OWNER_CHANGED = "owner_changed"
    # Connection
    CONNECTION_CHECK_REQUESTED = "connection.check_requested"
    ONBOARDING_ACCEPTED = "onboarding.accepted"
    ONBOARDING_LINK_CREATED = "onboarding.link_created"
    ONBOARDING_STARTED = "onboarding.started"
    ONBOARDING_WITHDRAWN = "onboarding.withdrawn"
    STORE_CONNECTED = "store.connected"
    STORE_DISCONNECTED = "store.disconnected"
    STORE_DATA_ERASURE_REQUESTED = "store_data.erasure_requested"
    STORE_VIEWED = "store.viewed"
    # Sync and events
    QUARANTINE_RETRY_REQUESTED = "quarantine.retry_requested"
    RECORD_RESYNC_REQUESTED = "record.resync_requested"
    REPLAY_CANCELED = "replay.canceled"
    REPLAY_STARTED = "replay.started"
    RESOURCE_PAUSED = "resource.paused"
    RESOURCE_RESUMED = "resource.resumed"
    RUN_CANCELED = "run.canceled"
    RUN_STARTED = "run.started"
    # Records and orders
    ORDER_CHANGE_DISCARDED = "order.change_discarded"
    ORDER_CHANGE_REQUESTED = "order.change_requested"
    ORDER_CHANGE_RETRIED = "order.change_retried"
    ORDER_REQUESTED = "order.requested"
    ORDER_SUBMITTED = "order.submitted"
    PRIVACY_DOWNLOADED = "privacy.downloaded"
    PRIVACY_ERASED = "privacy.erased"
    PRIVACY_EXPORTED = "privacy.exported"
    RECORDS_EXPORTED = "records.exported"
    # API keys, endpoints and e-mails
    API_KEY_CREATED = "api_key.created"
    API_KEY_REVOKED = "api_key.revoked"
    API_KEY_ROTATED = "api_key.rotated"
    ENDPOINT_ALERT_RETRIED = "endpoint.alert_retried"
    ENDPOINT_CHANGED = "endpoint.changed"
    ENDPOINT_CREATED = "endpoint.created"
    ENDPOINT_DELETED = "endpoint.deleted"
    ENDPOINT_PAUSED = "endpoint.paused"
    ENDPOINT_REPLAYED = "endpoint.replayed"
    ENDPOINT_ROTATED = "endpoint.rotated"
    ENDPOINT_TESTED = "endpoint.tested"
    ENDPOINT_TURNED_ON = "endpoint.turned_on"
    NOTIFICATION_RETRIED = "notification.retried"
