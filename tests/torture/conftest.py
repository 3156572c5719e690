"""The table at the end of `make torture`: what was counted, and why a row is missing or red."""

from collections.abc import Callable, Iterator

import pytest

Report = Callable[[str, str], None]
_ROWS = pytest.StashKey[list[tuple[str, str]]]()
_LONGEST_REASON = 160


@pytest.fixture(scope="session")
def report(pytestconfig: pytest.Config) -> Report:
    """Gather a line for the table that stands at the end."""
    rows = pytestconfig.stash.setdefault(_ROWS, [])

    def note(what: str, counted: str) -> None:
        rows.append((what, counted))
        # Whoever waits for half an hour wants to see that something happens.
        print(f"\n{what}: {counted}", flush=True)

    return note


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Put the first line of what failed under what was counted before it did."""
    made: pytest.TestReport = yield  # type: ignore[assignment]
    if made.failed and call.excinfo is not None and "report" in getattr(item, "fixturenames", ()):
        rows = item.config.stash.setdefault(_ROWS, [])
        at = "" if made.when == "call" else f" ({made.when})"
        rows.append((f"FAILED {item.name}{at}", reason(call.excinfo.value)))
    return made  # type: ignore[return-value]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table, if anything was counted."""
    rows = terminalreporter.config.stash.get(_ROWS, [])
    if rows:
        terminalreporter.write_line("")
    for what, counted in rows:
        terminalreporter.write_line(f"  {what:<34}  {counted}")


def reason(problem: BaseException) -> str:
    """Return in one line why something failed: of several things, the first."""
    while isinstance(problem, BaseExceptionGroup):
        problem = problem.exceptions[0]
    said = f"{type(problem).__name__}: {problem}".strip().splitlines()[0]
    return said if len(said) <= _LONGEST_REASON else f"{said[:_LONGEST_REASON]}…"
