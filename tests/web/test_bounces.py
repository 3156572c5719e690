"""A mail server hands in what came back: with the key, as it came, and as often as it likes."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from eventsched.app import create_app
from eventsched.settings import BadSettings, Settings, load_settings
from eventsched.store import mail_server as server_store
from eventsched.store import site
from eventsched.store.database import Store
from tests.builders import an_issuer
from tests.domain.test_bounce_notices import NOTICES
from tests.fixtures.mail import Inbox
from tests.fixtures.product import ANNOUNCED, SettableClock
from tests.services.test_bounces import TOKEN, a_report, sent

KEY = "only-the-mail-server-knows-this-key"
KNOWN = {"Authorization": f"Bearer {KEY}"}
STOPPED = "Nothing more is sent to that address: 5.1.1 550 5.1.1 the address: no such user\n"
UNKNOWN = "It is about no mail that we remember. Nothing was changed.\n"
ADDRESS = "/mail/bounces"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, bounces_key=KEY, limit_forms=3)


@pytest.fixture
def company(store: Store) -> Store:
    with store.writing() as session:
        site.set_issuer(session, an_issuer(), at=ANNOUNCED)
    return store


def stopped(store: Store) -> list[str]:
    with store.reading() as session:
        return [one.address for one in server_store.stopped(session)]


def test_a_report_stops_the_address(
    client: FlaskClient, company: Store, mail_server: Inbox
) -> None:
    [mail] = sent(company, mail_server, "first")
    answer = client.post(ADDRESS, data=a_report(to=mail.sender), headers=KNOWN)
    assert (answer.status_code, answer.text) == (200, STOPPED)
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert stopped(company) == ["jo@example.com"]
    assert client.post(ADDRESS, data=a_report(to=mail.sender), headers=KNOWN).text == STOPPED


def test_where_it_came_to_may_stand_in_the_address(
    client: FlaskClient, company: Store, mail_server: Inbox
) -> None:
    [mail] = sent(company, mail_server, "first")
    query = {"to": mail.sender}
    answer = client.post(ADDRESS, query_string=query, data=a_report(), headers=KNOWN)
    assert answer.text == STOPPED


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (b"", "It holds no delivery status (RFC 3464). Nothing was changed.\n"),
        (b"x" * 5_000_001, "It is too long for a report. Nothing was changed.\n"),
        (b"\xff\0" * 1000, "It holds no delivery status (RFC 3464). Nothing was changed.\n"),
        (a_report(to=f"b+{TOKEN}@ir.example"), UNKNOWN),
    ],
)
def test_what_is_no_report_of_ours_is_said(
    client: FlaskClient, company: Store, report: bytes, words: str
) -> None:
    answer = client.post(ADDRESS, data=report, headers=KNOWN)
    assert (answer.status_code, answer.text) == (200, words)
    assert client.post(ADDRESS, data=b"x" * 9_000_000, headers=KNOWN).status_code == 413


@pytest.mark.parametrize(
    "given",
    ["", KEY, "Bearer", f"Bearer {KEY[:-1]}", f"bearer {KEY}", f"Bearer {KEY}x", "Bearer ü"],
)
def test_a_stranger_is_refused_and_soon_not_even_answered(
    client: FlaskClient, company: Store, mail_server: Inbox, given: str
) -> None:
    [mail] = sent(company, mail_server, "first")
    tried = [
        client.post(ADDRESS, data=a_report(to=mail.sender), headers={"Authorization": given})
        for _ in range(4)
    ]
    assert [one.status_code for one in tried] == [401] * 3 + [429]
    assert tried[0].headers["WWW-Authenticate"] == 'Basic realm="bounces", Bearer'
    assert stopped(company) == []
    # Who has the key is not limited.
    many = [client.post(ADDRESS, data=b"", headers=KNOWN).status_code for _ in range(10)]
    assert many == [200] * 10


@pytest.mark.parametrize("provider", NOTICES)
def test_a_providers_notice_stops_the_address(
    client: FlaskClient, company: Store, mail_server: Inbox, provider: str
) -> None:
    """The key is the password in the address that the provider is given."""
    [mail] = sent(company, mail_server, "first")
    token = str(mail.message["Message-ID"])[1:33]
    path, said = f"{ADDRESS}/{provider}", NOTICES[provider](token)
    # Amazon asks without the key each time, until it is asked for it.
    assert [client.post(path, data=said).status_code for _ in range(5)] == [401] * 5
    wrong = client.post(path, data=said, auth=("eventsched", KEY[:-1]))
    assert (wrong.status_code, stopped(company)) == (401, [])
    answer = client.post(path, data=said, auth=("eventsched", KEY))
    assert answer.status_code == 200
    assert answer.text.startswith("Nothing more is sent to that address: ")
    assert stopped(company) == ["jo@example.com"]
    unknown = client.post(path, data=NOTICES[provider](TOKEN), headers=KNOWN)
    assert unknown.text == "It is about no mail that we remember.\n"


def test_what_no_provider_says_changes_nothing(client: FlaskClient, company: Store) -> None:
    for said in (b"", b"[" * 100_000, b"x" * 5_000_001):
        answer = client.post(f"{ADDRESS}/sendgrid", data=said, headers=KNOWN)
        assert (answer.status_code, "Nothing was changed." in answer.text) == (200, True)
    assert client.post(f"{ADDRESS}/another", data=b"{}", headers=KNOWN).status_code == 404


def test_a_subscription_is_confirmed_by_whoever_reads_the_log(
    client: FlaskClient, company: Store, caplog: pytest.LogCaptureFixture
) -> None:
    asked = "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=x"
    said = {"Type": "SubscriptionConfirmation", "SubscribeURL": asked}
    assert client.post(f"{ADDRESS}/amazon-ses", json=said).status_code == 401
    assert caplog.messages == []
    client.post(f"{ADDRESS}/amazon-ses", json=said, headers=KNOWN)
    assert caplog.messages == [f"Amazon SNS wants its subscription confirmed; open: {asked}"]


def test_without_a_key_there_is_no_such_address(
    settings: Settings, clock: SettableClock, company: Store
) -> None:
    client = create_app(replace(settings, bounces_key=""), clock, company).test_client()
    for given in ("Bearer ", "", f"Bearer {KEY}"):
        assert client.post(ADDRESS, headers={"Authorization": given}).status_code == 404


def test_a_key_that_can_be_guessed_is_refused() -> None:
    told = {"EVENTSCHED_ENVIRONMENT": "development", "EVENTSCHED_BOUNCES_KEY": "secret"}
    with pytest.raises(BadSettings, match="EVENTSCHED_BOUNCES_KEY: "):
        load_settings(told)
