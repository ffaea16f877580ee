"""Receive Ecwid's webhooks: verify, write down, answer.

Ecwid counts 200, 201, 202, 204 and 209 as delivered and repeats everything else for 24 hours, so
only an event that is in the database gets a 200.
"""

from __future__ import annotations

import structlog
from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from peewee import PeeweeException

from portal.errors import EventFormatError, EventSignatureError
from portal.services.accept_event import accept_event
from portal.web.runtime import current_runtime

log = structlog.get_logger(__name__)

BODY_LIMIT_BYTES = 64 * 1024
SIGNATURE_HEADER = "X-Ecwid-Webhook-Signature"

blueprint = Blueprint("webhooks", __name__, url_prefix="/webhooks")


@blueprint.post("/ecwid")
def receive() -> ResponseReturnValue:
    """Answer 200 once the event is safe; 503 asks Ecwid to send it again."""
    request.max_content_length = BODY_LIMIT_BYTES
    body = request.get_data()
    try:
        is_new = accept_event(current_runtime(), body, request.headers.get(SIGNATURE_HEADER))
    except EventFormatError as error:
        return _refuse(400, str(error))
    except EventSignatureError as error:
        return _refuse(401, str(error))
    except PeeweeException as error:
        log.exception("webhook.not_recorded", error=type(error).__name__)
        return _refuse(503, "the event could not be recorded; send it again")
    return {"accepted": True, "repeated": not is_new}


def _refuse(status: int, problem: str) -> ResponseReturnValue:
    log.warning("webhook.refused", status=status, problem=problem)
    return {"accepted": False, "problem": problem}, status
