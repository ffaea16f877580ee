"""A request counts as arrived exactly when the server can read all of it without waiting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.web.server.request_progress import (
    BODY_LIMIT_BYTES,
    CHUNK_LINE_LIMIT_BYTES,
    CHUNKS_LIMIT,
    HEAD_LIMIT_BYTES,
    RequestProgress,
    request_path,
    request_progress,
)

HEAD = b"POST /webhooks/ecwid?a=b HTTP/1.1\r\nHost: portal\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
REQUESTS = {
    "no body": b"GET /login HTTP/1.1\r\nHost: portal\r\n\r\n",
    "empty lines before it": b"\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: portal\r\n\r\n",
    "empty body": HEAD + b"Content-Length: 0\r\n\r\n",
    "length": HEAD + b"content-length:\t5 \r\nAccept: */*\r\n\r\nhello",
    "length with zeros": HEAD + b"Content-Length: 000000000005\r\n\r\nhello",
    "chunks": CHUNKED + b"5\r\nhello\r\n1;note=x\r\n!\r\n0\r\n\r\n",
    "chunk that looks like an end": CHUNKED + b"7\r\n0\r\n\r\n00\r\n0\r\n\r\n",
    "trailers": CHUNKED + b"1\r\n!\r\n0\r\nDigest: x\r\n\r\n",
}


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_each_part_of_a_request_awaits_more_and_the_whole_one_does_not(request_: bytes) -> None:
    for length in range(1, len(request_)):
        progress = request_progress(request_[:length])

        assert length < progress.awaited_bytes <= len(request_)
    assert request_progress(request_) == RequestProgress(0)


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_bytes_of_a_next_request_are_not_awaited(request_: bytes) -> None:
    assert request_progress(request_ + b"GET / HT") == RequestProgress(0)


@pytest.mark.parametrize(
    "request_",
    [
        HEAD + b"Content-Length: five\r\n\r\n",
        HEAD + b"Content-Length: -1\r\n\r\n",
        b"nonsense\r\n\r\n",
    ],
)
def test_malformed_head_is_left_to_the_parser(request_: bytes) -> None:
    assert request_progress(request_) == RequestProgress(0)


def test_head_over_the_limit_is_too_large() -> None:
    head = HEAD + b"X: " + b"x" * HEAD_LIMIT_BYTES

    assert request_progress(head[:HEAD_LIMIT_BYTES]).awaited_bytes == HEAD_LIMIT_BYTES + 1
    assert request_progress(head) == RequestProgress(0, is_head_too_large=True)
    assert request_progress(head + b"\r\n\r\n") == RequestProgress(0, is_head_too_large=True)


@pytest.mark.parametrize(
    "request_",
    [
        HEAD + f"Content-Length: {BODY_LIMIT_BYTES + 1}\r\n\r\n".encode(),
        HEAD + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n",
    ],
    ids=["length", "many digits"],
)
def test_body_over_the_limit_is_not_awaited(request_: bytes) -> None:
    assert request_progress(request_) == RequestProgress(0, is_body_too_large=True)


@pytest.mark.parametrize(
    "chunks",
    [b"fffffff\r\n", (b"10000\r\n" + b"x" * 65536 + b"\r\n") * 4 + b"1\r\n"],
    ids=["one", "several"],
)
def test_chunked_body_over_the_limit_is_refused(chunks: bytes) -> None:
    progress = request_progress(CHUNKED + chunks)

    assert progress == RequestProgress(0, is_body_too_large=True, is_refused=True)


@pytest.mark.parametrize(
    "chunks",
    [
        b"x\r\n",
        b"-1\r\n",
        b"00000000000000001\r\n",
        b"2\r\nxxx",
        b"2;" + b"x" * CHUNK_LINE_LIMIT_BYTES,
        b"1\r\nx\r\n" * CHUNKS_LIMIT,
    ],
    ids=["no number", "negative", "many digits", "too long", "long line", "many chunks"],
)
def test_chunks_that_the_parser_might_wait_for_are_refused(chunks: bytes) -> None:
    assert request_progress(CHUNKED + chunks) == RequestProgress(0, is_refused=True)


def test_line_without_its_end_is_awaited() -> None:
    # gunicorn looks for both characters.
    assert request_progress(CHUNKED + b"zz\n").awaited_bytes > len(CHUNKED + b"zz\n")


def test_client_that_expects_an_interim_response_waits_until_the_body_begins() -> None:
    head = HEAD + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"

    assert request_progress(head).expects_continue
    assert not request_progress(head + b"x").expects_continue


@pytest.mark.parametrize(
    ("arrived", "path"),
    [
        (HEAD, "/webhooks/ecwid"),
        (b"\r\nGET / HTTP/1.1\r\n\r\n", "/"),
        (b"GET /\xff\r\n", ""),
        (b"GET /\xff HTTP/1.1\r\n", "/\xff"),
        (b"", ""),
    ],
)
def test_path_is_read_from_the_first_line(arrived: bytes, path: str) -> None:
    assert request_path(arrived) == path


@given(st.binary(max_size=60), st.sampled_from([b"", HEAD, CHUNKED]))
def test_any_bytes_have_a_progress(arrived: bytes, start: bytes) -> None:
    progress = request_progress(start + arrived)

    assert progress.awaited_bytes == 0 or progress.awaited_bytes > len(start + arrived)
    request_path(start + arrived)
