"""What a transaction of writing has at hand, so that it asks once and not for each of a thousand.

All of it stands under the hold on the site's row: nobody else can change it meanwhile. It ends with
the session, and so with the transaction.
"""

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from eventsched.domain.ledger import Entry
from eventsched.store.tables import SiteRow


@dataclass
class AtHand:
    """The site's row, held; the ledger's last entry; numbers of events; whether it is announced."""

    site: SiteRow | None = None
    last_entry: Entry | None = None
    event_ids: dict[str, int] = field(default_factory=dict)
    is_announced: bool = False


def at_hand(session: Session) -> AtHand:
    """Return what this session's transaction has at hand."""
    kept = session.info.setdefault("at hand", AtHand())
    assert isinstance(kept, AtHand)
    return kept
