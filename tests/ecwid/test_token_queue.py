"""Calls of one process wait for a token in their order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from portal.ecwid.token_queue import TokenQueue

LONG_S = 30.0


def test_calls_leave_in_the_order_of_their_arrival() -> None:
    queue, left = TokenQueue(), []

    def call(number: int) -> None:
        with queue.first_in_line("one", LONG_S):
            left.append(number)

    with ThreadPoolExecutor(4) as pool, queue.first_in_line("one", LONG_S) as is_first:
        for number in range(4):
            pool.submit(call, number)
            while len(queue._waiting["one"]) < number + 2:
                pass
        assert is_first
        assert left == []

    assert left == [0, 1, 2, 3]


def test_call_behind_another_gives_up_in_time() -> None:
    queue = TokenQueue()

    with queue.first_in_line("one", LONG_S), queue.first_in_line("one", 0) as is_first:
        assert not is_first


def test_tokens_do_not_wait_for_each_other() -> None:
    queue = TokenQueue()

    with queue.first_in_line("one", LONG_S), queue.first_in_line("other", 0) as is_first:
        assert is_first


def test_failed_call_leaves_the_queue() -> None:
    queue = TokenQueue()
    with pytest.raises(ValueError, match="broken"), queue.first_in_line("one", LONG_S):
        raise ValueError("broken")

    with queue.first_in_line("one", 0) as is_first:
        assert is_first
    assert queue._waiting == {}
