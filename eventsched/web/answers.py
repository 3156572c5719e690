"""What a view permits to be done with its answer: be kept by caches, be held, and until when.

No copy outlives the truth. What becomes of a grant is up to `transport` and `held`, in front of
the framework; whoever asks the framework alone gets the answer whole.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import Response, g, request
from werkzeug.wrappers import Response as AnyResponse

from eventsched.clock import DemoClock
from eventsched.store.database import DatabaseUnavailable
from eventsched.web.context import now, this_site

# An edit can't be foreseen: this long at most may a cache in front show what was before it.
LONGEST_SECONDS = 60
# While a webcast runs, how else to join it may become urgent news at any moment.
_FRESH_SECONDS_WHILE_LIVE = 5
_LONGEST_QUERY = 200
# As the addresses of a gate are asked for: by a link of ours, and by who read a notice and goes on.
_GATE_QUERIES = (b"", b"go=1")
# The key in a request's environ by which a grant reaches the layer in front.
GRANT = "eventsched.grant"


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """What may be done with an answer that was rendered at `since`.

    It is the same, for everybody who asks for the same address, until `until` (None: for ever) or
    the next save. It last changed at `changed_at`. Caches may keep it `longest_seconds`, and
    give it without asking us for `fresh_seconds` of them.
    A gate's answer (`is_gate`) is not for caches, and each time the database has to agree anew.
    `may_be_held` tells whether the layer in front may give it to others; `is_common`, whether many
    ask so: what single askers thought of must not drive that out.
    """

    since: datetime
    until: datetime | None
    changed_at: datetime | None
    longest_seconds: int
    fresh_seconds: int
    may_be_held: bool
    is_common: bool
    is_gate: bool
    body: bytes


def public_answer(
    response: Response,
    *,
    until: datetime | None,
    changed_at: datetime | None,
    known_queries: tuple[bytes, ...] = (b"",),
    is_live: bool = False,
) -> Response:
    """Let `response` be kept and held until the instant `until` at the latest.

    `until` is the next transition of anything that the answer shows, `changed_at` the last change.
    Addresses whose query is one of `known_queries` are asked for by many. `is_live` tells that it
    shows a webcast that runs.
    """
    if "outage" in g:
        # Half of the answer is made up for want of a database.
        raise DatabaseUnavailable("The issuer could not be asked for.")
    demo = isinstance(this_site().clock, DemoClock)
    # A page that shows the demo's running clock is old at once.
    ticks = demo and response.mimetype == "text/html"
    # Of a change that was saved later than by the clock it is, for one that was set back, pages say
    # nothing until then.
    is_behind = changed_at is not None and now() < changed_at
    _grant(
        response,
        until=until,
        changed_at=changed_at,
        longest_seconds=0 if demo or is_behind else LONGEST_SECONDS,
        fresh_seconds=_FRESH_SECONDS_WHILE_LIVE if is_live else LONGEST_SECONDS,
        may_be_held=not ticks and not is_behind and len(request.query_string) <= _LONGEST_QUERY,
        is_common=request.query_string in known_queries,
        is_gate=False,
    )
    return response


def open_gate(response: AnyResponse, *, until: datetime | None) -> AnyResponse:
    """Let an open gate's redirect be given again while it is open and nothing is saved."""
    _grant(
        response,
        until=until,
        changed_at=None,
        longest_seconds=0,
        fresh_seconds=0,
        may_be_held=request.query_string in _GATE_QUERIES,
        is_common=True,
        is_gate=True,
    )
    return response


def _grant(
    response: AnyResponse,
    *,
    until: datetime | None,
    changed_at: datetime | None,
    longest_seconds: int,
    fresh_seconds: int,
    may_be_held: bool,
    is_common: bool,
    is_gate: bool,
) -> None:
    request.environ[GRANT] = Grant(
        since=now(),
        until=until,
        changed_at=changed_at,
        longest_seconds=longest_seconds,
        fresh_seconds=fresh_seconds,
        may_be_held=may_be_held,
        is_common=is_common,
        is_gate=is_gate,
        body=response.get_data(),
    )


def earliest(*instants: datetime | None) -> datetime | None:
    """Return the first of the instants that are known."""
    return min((instant for instant in instants if instant is not None), default=None)


def latest(*instants: datetime | None) -> datetime | None:
    """Return the last of the instants that are known."""
    return max((instant for instant in instants if instant is not None), default=None)
