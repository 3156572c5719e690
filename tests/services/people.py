"""People whose data is held: who subscribed, asked for a kit, or is known at all."""

from datetime import datetime, timedelta

from sqlalchemy import inspect, text

from eventsched.domain.alerts import SignUpDraft
from eventsched.domain.personal_links import LinkKind, LinkToken
from eventsched.domain.privacy import in_force
from eventsched.services import alerts, privacy
from eventsched.store import people
from eventsched.store import privacy as privacy_store
from eventsched.store.database import Store
from tests.fixtures.kits import ask_for_kit as confirmed_kit
from tests.fixtures.product import ANNOUNCED

JO, DAY = "jo@example.com", timedelta(days=1)


def subscribe(store: Store, email: str = JO, *, now: datetime = ANNOUNCED) -> LinkToken:
    """Sign up and confirm; return the token of the preferences."""
    alerts.sign_up(store, SignUpDraft(email=email, zone="UTC"), now=now)
    with store.reading() as session:
        person = people.by_email(session, email)
        assert person is not None
        link = people.unused_link(session, person.id, LinkKind.CONFIRM)
        assert link is not None
        version = in_force(privacy_store.policies(session), now=now).version
    token = LinkToken(kind=LinkKind.CONFIRM, number=link.id, key=link.key)
    alerts.confirm(store, token, policy_version=version, now=now)
    return LinkToken(kind=LinkKind.MANAGE, number=person.id, key=person.key)


def data_token(store: Store, *, now: datetime, email: str = JO) -> LinkToken:
    privacy.ask_for_data(store, email, now=now)
    with store.reading() as session:
        person = people.by_email(session, email)
        assert person is not None
        link = people.open_link(session, person.id, LinkKind.DATA, now=now)
        assert link is not None
    return LinkToken(kind=LinkKind.DATA, number=link.id, key=link.key)


def ask_for_kit(store: Store, *, email: str = JO, name: str = "Jo", now: datetime) -> None:
    confirmed_kit(store, email=email, name=name, postal_address="1 Road", now=now)


def known(store: Store, email: str = JO) -> bool:
    with store.reading() as session:
        return people.by_email(session, email) is not None


def found_anywhere(store: Store, words: str) -> list[str]:
    """Return the tables that hold `words` in any column."""
    found = []
    with store.engine.connect() as connection:
        for table in inspect(connection).get_table_names():
            rows = connection.execute(text(f'select * from "{table}"'))
            found += [table for row in rows if words in str(row).lower()]
    return found
