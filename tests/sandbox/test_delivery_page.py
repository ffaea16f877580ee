"""A delivery's page shows each of its tries and what was sent."""

from __future__ import annotations

from tests.sandbox.outside import Outside, words


def test_a_delivery_is_shown_with_each_of_its_tries(outside: Outside) -> None:
    with outside.parts.state.writing() as connection:
        number = connection.execute(
            "INSERT INTO delivery (store, event_id, url, body, created, first_due, type, tries,"
            " status, delivered) VALUES (1003, 'e', 'http://portal.invalid/', '{\"entityId\": 5}',"
            " 7265, 7265, 'order.updated', 2, '200', 8166)"
        ).lastrowid
        connection.executemany(
            "INSERT INTO attempt VALUES (?, ?, ?, ?, ?, ?)",
            [
                (number, 1, 7265, 10004, "timeout", "no whole answer"),
                (number, 2, 8165, 12, "200", "<b>OK</b>"),
            ],
        )

    shown = words(outside.call("GET", f"/_sandbox/deliveries/{number}"))

    assert "order.updated Store 1003, 1970-01-01 02:01:05 (UTC)" in shown
    assert "to http://portal.invalid/: delivered (200)" in shown
    assert "1 1970-01-01 02:01:05 timeout 10,004 ms no whole answer" in shown
    assert "2 1970-01-01 02:16:05 200 12 ms <b>OK</b>" in shown
    assert '"entityId": 5' in shown


def test_a_delivery_that_is_none_is_missed(outside: Outside) -> None:
    answer = outside.call("GET", "/_sandbox/deliveries/999")

    assert answer.status_code == 404
    assert "There is no delivery 999." in words(answer)
