"""What keeps running beside the web, whatever befalls it."""

import logging
import subprocess
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


def test_the_application_is_loaded_before_the_processes_part() -> None:
    """What is loaded once is shared: some 40 MB for each of them."""
    said = """
import sys
from eventsched import serving, settings
assert "eventsched.app" not in sys.modules
def parted(*_args, **_named):
    sys.exit(0 if "eventsched.app" in sys.modules else 7)
serving.Granian = parted
serving._serve_web(settings.load_settings({"EVENTSCHED_DATABASE_URL": "sqlite:///x.db",
    "EVENTSCHED_SECRET_KEY": "k" * 40, "EVENTSCHED_ENVIRONMENT": "development"}))
"""
    done = subprocess.run([sys.executable, "-c", said], check=False)
    assert done.returncode == 0
