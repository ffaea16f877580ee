"""The nginx example works in front of the real portal: TLS, webhooks, exports, limits, logs."""

from __future__ import annotations

import json
import re
import socket
import ssl
import subprocess
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

import pytest
from peewee import Database

from portal.models import WebhookEvent
from portal.web.server.request_progress import BODY_LIMIT_BYTES, HEAD_LIMIT_BYTES
from tests.deploy.conftest import HOST, Proxy, free_ports, write_configuration
from tests.deploy.files import NGINX_EXAMPLE
from tests.factories import make_merchant
from tests.web.page_downloads import BROWSER_HEADERS
from tests.web.server.test_serving import LARGE_PRODUCTS, large_export
from tests.web.webhooks.test_receive import PATH, event, signature

SECRET = "Ym9vZ2llLXdvb2dpZS0xMjM0NTY3ODk"
pytestmark = pytest.mark.unmeasured


def send_webhook(proxy: Proxy) -> int:
    body = event()
    return proxy.request(
        "POST",
        f"{PATH}?eventtype=product.updated",
        body=json.dumps(body),
        headers={"X-Ecwid-Webhook-Signature": signature(body)},
    ).status


def flood(proxy: Proxy) -> list[int]:
    """Send cheap requests with a secret in their address more often than it is allowed."""
    with ThreadPoolExecutor(4) as threads:
        return list(
            threads.map(lambda _: proxy.request("GET", f"/healthz?{SECRET}").status, range(250))
        )


def test_nginx_accepts_the_example(nginx: str, tmp_path: Path) -> None:
    configuration = write_configuration(tmp_path, free_ports(), 8000)

    done = subprocess.run(
        [nginx, "-t", "-e", "stderr", "-c", str(configuration)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr


def test_limits_of_the_example_are_those_of_the_portal() -> None:
    text = NGINX_EXAMPLE.read_text()

    assert f"client_max_body_size {BODY_LIMIT_BYTES // 1024}k;" in text
    assert f"large_client_header_buffers 4 {HEAD_LIMIT_BYTES // 1024}k;" in text


def test_page_arrives_over_tls_with_links_to_https(proxy: Proxy) -> None:
    page = proxy.request("GET", "/login", headers=BROWSER_HEADERS)
    redirect = proxy.request("GET", "/stores")

    assert page.status == 200
    assert page.headers["Content-Encoding"] == "gzip"
    assert b"<form" in page.data
    assert "Server" not in page.headers or "/" not in page.headers["Server"]
    assert redirect.status in (302, 303)
    assert not redirect.headers["Location"].startswith("http:")


def test_plain_requests_are_redirected_to_tls(proxy: Proxy) -> None:
    connection = HTTPConnection("127.0.0.1", proxy.plain_port, timeout=10)
    connection.request("GET", "/login?next=%2Fstores", headers={"Host": HOST})
    answer = connection.getresponse()
    connection.close()

    assert answer.status == 301
    assert answer.headers["Location"] == f"https://{HOST}/login?next=%2Fstores"


def test_other_hosts_get_no_certificate(proxy: Proxy) -> None:
    context = ssl.create_default_context(cafile=str(proxy.folder / "fullchain.pem"))
    with (
        socket.create_connection(("127.0.0.1", proxy.tls_port), 10) as plain,
        pytest.raises(ssl.SSLError, match=r"(?i)unrecognized.name"),
    ):
        context.wrap_socket(plain, server_hostname="another.example.com")


def test_webhook_is_stored(proxy: Proxy, served_database: Database) -> None:
    assert send_webhook(proxy) == 200
    assert WebhookEvent.select().count() == 1


def test_large_export_is_streamed_and_not_kept_in_files(
    proxy: Proxy, served_database: Database
) -> None:
    text = large_export(make_merchant()).decode()
    key = re.findall(r"Bearer (\S+)", text)[0]
    path = text.split()[1]

    export = proxy.request(
        "GET", path, headers={"Authorization": f"Bearer {key}"}, preload_content=False
    )
    first = export.read(1)
    # With buffering nginx has read all of it by then.
    time.sleep(0.5)
    files = [path for path in proxy.open_files() if "/responses/" in path]
    body = first + export.read()

    assert export.status == 200
    assert files == []
    assert len(body) > 5_000_000
    assert body.count(b"\n") == LARGE_PRODUCTS


@pytest.mark.parametrize("path", ["/login", PATH, "/api/v1/stores"])
def test_too_large_body_gets_413(proxy: Proxy, path: str) -> None:
    assert proxy.request("POST", path, body=b"x" * (BODY_LIMIT_BYTES + 1)).status == 413


def test_flood_of_pages_gets_429_while_webhooks_and_api_calls_are_answered(
    proxy: Proxy, served_database: Database
) -> None:
    pages = Counter(flood(proxy))
    webhooks = [send_webhook(proxy) for _ in range(20)]
    calls = {proxy.request("GET", "/api/v1/stores").status for _ in range(20)}

    assert pages[429] > 50
    assert sum(pages.values()) - pages[429] >= 100
    assert webhooks == [200] * 20
    assert calls == {401}


def test_log_has_the_requests_without_their_paths(proxy: Proxy) -> None:
    assert 429 in flood(proxy)
    logs = proxy.logs()

    assert re.search(r"^127\.0\.0\.1 \[.+\] GET 429 \d+ [\d.]+ \S+$", logs, re.MULTILINE)
    assert SECRET not in logs
    assert "/healthz" not in logs
