"""A process raises its limit of open files, and has fewer connections than it."""

from __future__ import annotations

import resource

import pytest

from portal.web.server.open_files import OPEN_FILES, connection_limit, raise_limit_of_open_files


def test_limit_of_open_files_is_raised_as_far_as_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = []
    monkeypatch.setattr(resource, "setrlimit", lambda _name, limits: chosen.append(limits))
    infinity = resource.RLIM_INFINITY
    returned = []
    for limits in [(1024, 4096), (1024, infinity), (20_000, 20_000), (infinity, infinity)]:
        monkeypatch.setattr(resource, "getrlimit", lambda _name, limits=limits: limits)
        returned.append(raise_limit_of_open_files())

    assert chosen == [(4096, 4096), (OPEN_FILES, infinity)]
    assert returned == [4096, OPEN_FILES, 20_000, OPEN_FILES]


@pytest.mark.parametrize(
    ("open_files", "limit"),
    [(8192, 3999), (1024, 768), (256, 128), (resource.RLIM_INFINITY, 3999)],
)
def test_connections_leave_open_files_for_the_rest(
    monkeypatch: pytest.MonkeyPatch, open_files: int, limit: int
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _name: (open_files, open_files))

    assert connection_limit(4000) == limit
