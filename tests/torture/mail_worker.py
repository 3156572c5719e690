"""The product's worker, which also knows how to write the torture's own letters."""

import os

from eventsched.clock import clock_kept_in
from eventsched.domain.notices import Mail, Notice
from eventsched.letters import write
from eventsched.services.notices import COMPOSERS, Letterhead
from eventsched.serving import set_up_logging, work
from eventsched.settings import load_settings
from eventsched.store.database import Session


def compose(_session: Session, notice: Notice, head: Letterhead) -> Mail:
    """Write a letter of the usual weight."""
    link = f"{head.base_url}/staff/welcome/{notice.key}"
    said = {"kind": "link", "link": link, "until": "tomorrow", "role": "editor"}
    address, title = notice.to, "Choose a new password"
    text, html = write("account", issuer=head.issuer, address=address, title=title, **said)
    return Mail(subject=f"Nr {notice.key}", text=text, html=html)


if __name__ == "__main__":
    COMPOSERS["torture"] = compose
    set_up_logging()
    settings = load_settings(os.environ)
    work(settings, clock_kept_in(settings.demo_clock))
