"""Logging setup: one line per event, as logfmt in a terminal and as JSON in production.

No line grows with what somebody sends: each value has a limit.
"""

from __future__ import annotations

import logging
import sys

import structlog

# Libraries whose info lines repeat ours.
NOISY_LOGGERS = ("rq.worker", "rq.queue", "urllib3", "waitress.queue", "peewee")
# Values of a log line are cut at this length. Of an exception, both ends say the most.
VALUE_LIMIT = 500
EXCEPTION_LIMIT = 8_000


def _is_no_request(record: logging.LogRecord) -> bool:
    """Return whether a line of the development server is about no request.

    The lines of requests have paths, and these may contain the token of an e-mailed link.
    """
    return " - - [" not in str(record.msg)


def configure_logging(*, as_json: bool, process: str) -> None:
    """Send every log line, libraries' included, to stderr with the name of ``process`` in it."""

    def add_process(
        _logger: object, _method: str, event: structlog.typing.EventDict
    ) -> structlog.typing.EventDict:
        # Not a context variable, because other threads would not see it.
        return {"process": process, **event}

    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        add_process,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _cut_values,
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.processors.LogfmtRenderer(
            key_order=["timestamp", "level", "process", "event"], bool_as_flag=False
        )
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            foreign_pre_chain=shared,
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in NOISY_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("werkzeug").addFilter(_is_no_request)


def _cut_values(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    return {name: _cut(name, value) for name, value in event.items()}


def _cut(name: str, value: object) -> object:
    """Return the value, or the ends of its text if that is too long."""
    if name.startswith("_") or value is None or isinstance(value, int | float):
        return value  # structlog's own records have an underscore
    limit = EXCEPTION_LIMIT if name == "exception" else VALUE_LIMIT
    text = value if isinstance(value, str) else repr(value)
    if len(text) <= limit:
        return value
    half = limit // 2
    return f"{text[:half]} … {len(text) - 2 * half} characters … {text[-half:]}"
