"""nginx with the example's configuration in front of the portal that gunicorn serves."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
import urllib3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from portal.config import Settings
from tests.deploy.files import NGINX_EXAMPLE
from tests.web.server.conftest import (
    Server,
    served_database,
    server_settings,
    serving,
    silent_ecwid,
)

__all__ = ["served_database", "server_settings", "silent_ecwid"]

HOST = "portal"
STARTED_WITHIN_S = 10
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
# Around the example, in place of Debian's /etc/nginx/nginx.conf.
OUTER = """
{user}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/start.log;
events {{ worker_connections 512; }}
http {{
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/responses;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/merchant-portal.conf;
}}
"""


@dataclass
class Proxy:
    """A running nginx, and where it listens."""

    process: psutil.Process
    folder: Path
    tls_port: int
    plain_port: int
    pool: urllib3.HTTPSConnectionPool

    def request(self, method: str, path: str, **options: object) -> urllib3.BaseHTTPResponse:
        """Send a request over TLS; a redirect is not followed, nothing is repeated."""
        headers = {"Host": HOST, **options.pop("headers", {})}  # type: ignore[dict-item]
        return self.pool.urlopen(
            method,
            path,
            headers=headers,
            redirect=False,
            retries=False,
            **options,  # type: ignore[arg-type]
        )

    def open_files(self) -> list[str]:
        """Return the files that are open, including those without a name in a folder."""
        folders = [Path(f"/proc/{each.pid}/fd") for each in self.process.children()]
        return [str(link.readlink()) for folder in folders for link in folder.iterdir()]

    def logs(self) -> str:
        """Return everything that nginx has logged."""
        return "".join(path.read_text() for path in self.folder.glob("*.log"))


def write_configuration(folder: Path, ports: tuple[int, int], portal_port: int) -> Path:
    """Write the example with other ports, paths and names; return the configuration around it."""
    write_certificate(folder)
    text = NGINX_EXAMPLE.read_text()
    changes = {
        r"/etc/letsencrypt/live/portal\.example\.com": str(folder),
        r"/var/log/nginx": str(folder),
        r"portal\.example\.com": HOST,
        r"127\.0\.0\.1:8000": f"127.0.0.1:{portal_port}",
        r"listen \[::\]:.*\n": "",
        r"listen 443": f"listen 127.0.0.1:{ports[0]}",
        r"listen 80": f"listen 127.0.0.1:{ports[1]}",
    }
    for pattern, replacement in changes.items():
        text, count = re.subn(pattern, replacement, text)
        assert count, f"the example has no {pattern}"
    (folder / "merchant-portal.conf").write_text(text)
    outer = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    outer.write_text(OUTER.format(folder=folder, user=user))
    return outer


def write_certificate(folder: Path) -> None:
    """Write a certificate that the host has signed itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def free_ports() -> tuple[int, int]:
    """Return two ports at which nobody listens."""
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]


@pytest.fixture(scope="session")
def nginx() -> str:
    """The program."""
    if NGINX is None:
        pytest.skip("nginx is not installed: apt-get install nginx-light")
    return NGINX


@pytest.fixture(scope="module")
def portal(server_settings: Settings) -> Iterator[Server]:
    """The portal, which trusts one proxy."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PORTAL_TRUSTED_PROXIES", "1")
        with serving(server_settings, "--workers", "2", "--threads", "3") as started:
            yield started


@pytest.fixture(scope="module")
def proxy(nginx: str, portal: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """A running nginx with the example's configuration."""
    folder = tmp_path_factory.mktemp("nginx")
    ports = free_ports()
    configuration = write_configuration(folder, ports, portal.port)
    pool = urllib3.HTTPSConnectionPool(
        "127.0.0.1",
        ports[0],
        maxsize=1,
        timeout=30,
        server_hostname=HOST,
        assert_hostname=HOST,
        ca_certs=str(folder / "fullchain.pem"),
    )
    command = [nginx, "-e", str(folder / "start.log"), "-c", str(configuration)]
    with closing(pool), subprocess.Popen(command) as process:
        try:
            wait_until_listening(ports[0], folder / "start.log")
            yield Proxy(psutil.Process(process.pid), folder, *ports, pool)
        finally:
            process.terminate()
            process.wait(STARTED_WITHIN_S)


def wait_until_listening(port: int, log: Path) -> None:
    """Return when connections are accepted."""
    until_s = time.monotonic() + STARTED_WITHIN_S
    while time.monotonic() < until_s:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError(log.read_text())
