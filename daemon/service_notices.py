"""Notices to systemd, as sd_notify(3) describes them: the daemon is ready, still runs, or stops."""

from __future__ import annotations

import os
import socket

import structlog

log = structlog.get_logger(__name__)

READY, STILL_RUNS, STOPPING = b"READY=1", b"WATCHDOG=1", b"STOPPING=1"
# systemd gives its socket to units with `Type=notify`.
ADDRESS = "NOTIFY_SOCKET"


def notify(notice: bytes) -> None:
    """Send a notice if systemd has started this process; never wait, and never raise.

    systemd ignores what other processes of the unit send, so the copies of the supervisor needn't
    forget the address.
    """
    address = os.environ.get(ADDRESS)
    if not address:
        return
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as sender:
            # An address that begins with @ is a name without a file.
            sender.sendto(notice, "\0" + address[1:] if address[0] == "@" else address)
    except OSError as error:
        # A notice that is missing only ends the unit if all of them are missing for half a minute.
        log.debug("service.not_notified", notice=notice.decode(), problem=type(error).__name__)
