"""Command line of the sandbox: ``python -m portal.sandbox``."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from portal.sandbox.config import DEFAULT_SCOPES, SWITCHES, SandboxConfig
from portal.sandbox.server import SandboxServer


def parse(arguments: list[str] | None = None) -> SandboxConfig:
    """Parse the command line; print usage and exit with status 2 if it is invalid."""
    switch_help = "\n".join(f"  {n:22} {d:10} {w}" for n, (d, w) in SWITCHES.items())
    parser = argparse.ArgumentParser(
        prog="python -m portal.sandbox",
        description="Run a local simulation of Ecwid.",
        epilog=f"switches, with their defaults:\n{switch_help}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=_port, default=8100, help="0 picks a free port")
    parser.add_argument("--state", type=Path, default=Path("var/sandbox.db"))
    parser.add_argument("--client-id", default="sandbox-app")
    parser.add_argument("--client-secret", default="sandbox-secret")
    parser.add_argument("--redirect-uri", default="http://127.0.0.1:8000/connect/callback")
    parser.add_argument("--webhook-url", default="", help="URL that receives the app's webhooks")
    parser.add_argument(
        "--scopes", default=" ".join(DEFAULT_SCOPES), help="scopes that the app may request"
    )
    parser.add_argument(
        "--no-quota", action="store_true", help="turn off the quota of 600 requests a minute"
    )
    parser.add_argument("--switch", type=_switch, action="append", default=[], metavar="NAME=VALUE")
    given = parser.parse_args(arguments)
    switches = dict(given.switch)
    if given.no_quota:
        switches["quota_per_minute"] = "0"
    return SandboxConfig(
        state=given.state,
        client_id=given.client_id,
        client_secret=given.client_secret,
        redirect_uri=given.redirect_uri,
        webhook_url=given.webhook_url,
        scopes=tuple(given.scopes.split()),
        host=given.host,
        port=given.port,
        switches=switches,
    )


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:  # noqa: PLR2004 - the highest TCP port
        raise ValueError(text)
    return port


def _switch(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM or Ctrl-C; return the exit status, 2 if the sandbox can't start."""
    config = parse(arguments)
    try:
        server = SandboxServer(config)
    except OSError as error:
        sys.stderr.write(f"port {config.port} can't be used ({error.strerror}): try --port 0\n")
        return 2
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    # A shell that starts the sandbox in the background makes it ignore SIGINT.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.stdout.write(f"sandbox ready on {server.url}\n")
    sys.stdout.flush()
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
