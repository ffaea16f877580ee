"""Data of jobs is read as a name and numbers, and everything else is refused."""

from __future__ import annotations

import json
import pickle
import zlib

import pytest

from portal.rules.work.job_data import (
    MAX_DATA_BYTES,
    MAX_ID,
    JobCall,
    decompress,
    dump_job_data,
    parse_job_data,
    read_fields,
)

CALL = JobCall("daemon.tasks.run_sync", (7,))


@pytest.mark.parametrize("pack", [bytes, zlib.compress])
def test_call_with_ids_is_read_whether_compressed_or_not(pack: type[bytes]) -> None:
    assert parse_job_data(pack(dump_job_data(CALL))) == CALL


@pytest.mark.parametrize(
    "call",
    [
        "text",
        ["daemon.tasks.run_sync", None, [7]],
        ["daemon.tasks.run_sync", {"an": "object"}, [7], {}],
        ["daemon.tasks.run_sync", None, 7, {}],
        ["daemon.tasks.run_sync", None, ["7"], {}],
        ["daemon.tasks.run_sync", None, [True], {}],
        ["daemon.tasks.run_sync", None, [-1], {}],
        ["daemon.tasks.run_sync", None, [MAX_ID + 1], {}],
        ["daemon.tasks.run_sync", None, [[7]], {}],
        ["daemon.tasks.run_sync", None, [], {"run_id": 7}],
        [None, None, [], {}],
    ],
)
def test_call_with_anything_but_ids_is_unreadable(call: object) -> None:
    assert parse_job_data(json.dumps(call).encode()) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"[" * MAX_DATA_BYTES,
        pickle.dumps(("daemon.tasks.run_sync", None, (7,), {})),
        zlib.compress(dump_job_data(CALL))[:-4],
        dump_job_data(CALL) + b" " * MAX_DATA_BYTES,
        zlib.compress(dump_job_data(CALL) + b" " * 1_000_000),
    ],
    ids=["empty", "no text", "nested", "pickle", "cut off", "long", "inflated"],
)
def test_data_that_is_no_short_json_is_unreadable(data: bytes) -> None:
    assert parse_job_data(data) is None


def test_only_compressed_data_within_the_limit_is_returned() -> None:
    assert decompress(zlib.compress(b"x" * 10), 10_000) == b"x" * 10
    assert decompress(zlib.compress(b"x" * 10_001), 10_000) is None


def test_fields_that_name_code_are_not_read() -> None:
    stored = {b"data": b"[]", b"success_callback_name": b"os.system", b"webhooks": b"[]"}

    assert read_fields(stored) == {b"data": b"[]"}
