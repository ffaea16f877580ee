"""Configuration of the portal's web server; gunicorn reads it from the working directory.

One worker receives webhooks and the others serve pages. Options of the command line win, such as
``--workers``. With ``--workers 1`` one process serves everything.
"""

from portal.web.server.hooks import (  # noqa: F401
    child_exit,
    post_worker_init,
    pre_fork,
    when_ready,
)
from portal.web.server.request_log import RequestLogger
from portal.web.server.worker import Worker

bind = "127.0.0.1:8000"
worker_class = Worker
logger_class = RequestLogger
workers = 3
threads = 8
# A Unix socket is for this user only. ``--umask 0o007`` opens it to the group of a proxy.
umask = 0o077
# The application is imported once, and its memory is shared by all processes.
preload_app = True
# Longer than nginx (60 s) and clients keep an idle connection: the side that ends it first must be
# theirs, or a request may arrive while it is being closed.
keepalive = 75
# Connections that wait for a request are limited by the worker.
worker_connections = 4000
# The default path is the same for all servers on a machine.
control_socket_disable = True
