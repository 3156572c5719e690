"""What keeps running beside the web, whatever befalls it."""

import logging
import sys
import threading

import pytest

from eventsched import serving
from tests.fixtures.processes import wait_until


def test_where_no_worker_can_be_started_it_is_tried_again_and_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(serving, "_WAIT_BEFORE_RESTART_SECONDS", 0.01)
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with caplog.at_level(logging.ERROR, "eventsched.serving"), serving._worker_beside():
        wait_until(lambda: len(caplog.messages) >= 3, what="a third attempt")
    assert {words.partition(" (")[0] for words in caplog.messages} == {"No worker can be started"}
    assert not [thread for thread in threading.enumerate() if "_keep_working" in thread.name]
