"""Tests for the page of a delivery."""

from __future__ import annotations

from tests.sandbox.client import SandboxClient, page_text


def test_the_page_shows_every_attempt(sandbox: SandboxClient) -> None:
    with sandbox.parts.state.transaction() as connection:
        number = connection.execute(
            "INSERT INTO delivery (store, event_id, url, body, created, first_due, type,"
            " attempt_count, status, delivered)"
            " VALUES (1003, 'e', 'http://portal.invalid/', '{\"entityId\": 5}', 7265,"
            " 7265, 'order.updated', 2, '200', 8166)"
        ).lastrowid
        connection.executemany(
            "INSERT INTO attempt VALUES (?, ?, ?, ?, ?, ?)",
            [
                (number, 1, 7265, 10004, "timeout", "no complete response"),
                (number, 2, 8165, 12, "200", "<b>OK</b>"),
            ],
        )

    shown = page_text(sandbox.call("GET", f"/_sandbox/deliveries/{number}"))

    assert "order.updated Store 1003, 1970-01-01 02:01:05 (UTC)" in shown
    assert "to http://portal.invalid/: delivered (200)" in shown
    assert "1 1970-01-01 02:01:05 timeout 10,004 ms no complete response" in shown
    assert "2 1970-01-01 02:16:05 200 12 ms <b>OK</b>" in shown
    assert '"entityId": 5' in shown


def test_an_unknown_delivery_is_a_404(sandbox: SandboxClient) -> None:
    answer = sandbox.call("GET", "/_sandbox/deliveries/999")

    assert answer.status_code == 404
    assert "There is no delivery 999." in page_text(answer)
