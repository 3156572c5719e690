"""Running the product: the web server's processes, and a worker kept alive beside them."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from importlib import import_module
from types import FrameType

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from eventsched.clock import Clock, clock_kept_in
from eventsched.probing import Prober
from eventsched.settings import Settings, load_settings
from eventsched.store.database import Store
from eventsched.worker.post import MailRoute
from eventsched.worker.timer import LinkWatch, Worker

log = logging.getLogger(__name__)

_WAIT_BEFORE_RESTART_SECONDS = 1.0
_STOP_WITHIN_SECONDS = 10.0
_APP = "eventsched.app"
_LOOK_FOR_PARENT_SECONDS = 1.0
_BEGINNINGS_A_MINUTE = 6
_MINUTE_SECONDS = 60.0


def serve(settings: Settings, *, with_worker: bool) -> None:
    """Serve the web, and work beside it if asked to, until interrupted or terminated.

    The processes read their settings from the environment, as this one did. Ends with status 1
    where web processes can't be kept alive: that is for whoever watches over this process.
    """
    with _worker_beside() if with_worker else nullcontext():
        _serve_web(settings)


def _serve_web(settings: Settings) -> None:
    """Serve the web until told to stop.

    Granian starts a process that died again, but gives up when the same one dies twice within
    seconds, as a system short of memory may kill. Then all are started again, so often a minute.
    """
    # Loaded once, before the processes part: they share it, and each begins sooner.
    import_module(_APP)
    given_up: list[float] = []
    while len(given_up) < _BEGINNINGS_A_MINUTE:
        server = Granian(
            f"{_APP}:create_app_from_environment",
            factory=True,
            interface=Interfaces.WSGI,
            address=settings.host,
            port=settings.port,
            workers=settings.web_workers,
            # One thread answers as many requests and with steadier tails than several.
            blocking_threads=1,
            respawn_failed_workers=True,
            workers_kill_timeout=int(_STOP_WITHIN_SECONDS),
            log_level=LogLevels.warning,
        )
        # It leaves the whole process when it gives up.
        with suppress(SystemExit):
            server.serve()
        if not server.interrupt_signal:
            time.sleep(_WAIT_BEFORE_RESTART_SECONDS)
        if server.interrupt_signal:
            return
        log.error("Web processes died one upon another; starting all of them again.")
        now = time.monotonic()
        given_up = [at for at in given_up if at > now - _MINUTE_SECONDS] + [now]
    log.error("Web processes can't be kept alive.")
    sys.exit(1)


def work(settings: Settings, clock: Clock, *, parent: int | None = None) -> None:
    """Write transitions down as they fall due, until interrupted, terminated or left by `parent`.

    Catches up on what fell due while no worker ran.
    """
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    links = LinkWatch(prober=Prober(private=settings.probe_private), base_url=settings.base_url)
    lasting = settings.session_lifetime
    store = Store(settings.database_url)
    worker = Worker(store, clock, links, mail_route(settings), session_lifetime=lasting)
    worker.start()
    log.info("The worker keeps watch (process %s).", os.getpid())
    while not stop.wait(_LOOK_FOR_PARENT_SECONDS):
        # A parent killed outright can't take its child along; two workers would do no harm, but
        # nobody would know why the second one is there.
        if parent is not None and os.getppid() != parent:
            break
    worker.stop()


def mail_route(settings: Settings) -> MailRoute | None:
    """Return where mail goes; None while no mail server is named, and mail waits."""
    if settings.mail is None:
        return None
    return MailRoute(
        server=settings.mail,
        base_url=settings.base_url,
        secret_key=settings.secret_key,
        alert_quiet=settings.alert_quiet,
    )


@contextmanager
def _worker_beside() -> Iterator[None]:
    """Keep one worker process running, a new one whenever it dies, until the block ends."""
    leaving = threading.Event()
    keeper = threading.Thread(target=_keep_working, args=(leaving,), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        leaving.set()
        keeper.join()


def _keep_working(leaving: threading.Event) -> None:
    command = [sys.executable, "-m", "eventsched.serving", str(os.getpid())]
    while not leaving.is_set():
        try:
            # The command is this very module, and no part of it comes from outside. In a group of
            # its own: a terminal's Ctrl-C is for us, and we end the worker.
            with subprocess.Popen(command, process_group=0) as process:  # noqa: S603
                while process.poll() is None and not leaving.wait(0.2):
                    pass
                _end(process)
        except OSError as problem:
            # No memory or no process left, for now.
            log.error("No worker can be started (%s); trying again.", problem)
        else:
            if not leaving.is_set():
                log.error("The worker ended with status %s; starting it again.", process.returncode)
        leaving.wait(_WAIT_BEFORE_RESTART_SECONDS)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(_STOP_WITHIN_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def set_up_logging() -> None:
    """Write what happened, a line each, to standard error."""
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s  %(message)s", datefmt="%H:%M:%S"
    )
    logging.getLogger("eventsched").setLevel(logging.INFO)


if __name__ == "__main__":
    set_up_logging()
    _settings = load_settings(os.environ)
    work(_settings, clock_kept_in(_settings.demo_clock), parent=int(sys.argv[1]))
