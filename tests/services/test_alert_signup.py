"""Signing up: twice over, without telling anyone who is known, and whatever is typed."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from eventsched.domain.alerts import InvalidSignUp, SignUpDraft, decide_sign_up
from eventsched.domain.personal_links import BadLink, LinkKind, Links, LinkToken
from eventsched.services import alerts
from eventsched.store import alerts as alert_store
from eventsched.store import notices as notice_store
from eventsched.store import people
from eventsched.store.database import Store
from eventsched.store.privacy_tables import SubscriptionRow
from tests.fixtures.product import ANNOUNCED

JO = "jo@example.com"
LINKS = Links(base_url="https://ir.example", secret="only-the-tests-know-this-key-of-32")
WEEK = timedelta(days=7)


def a_sign_up(email: str = JO, **ticked: object) -> SignUpDraft:
    given: dict[str, object] = {"zone": "Europe/Berlin"} | ticked
    return SignUpDraft(email=email, **given)  # type: ignore[arg-type]


def confirm_token(store: Store, email: str = JO) -> LinkToken:
    with store.reading() as session:
        person = people.by_email(session, email)
        assert person is not None
        link = people.unused_link(session, person.id, LinkKind.CONFIRM)
        assert link is not None
    return LinkToken(kind=LinkKind.CONFIRM, number=link.id, key=link.key)


def mails(store: Store, email: str = JO) -> int:
    with store.reading() as session:
        return len(notice_store.of(session, email))


def test_nothing_begins_before_the_mailbox_says_so(store: Store) -> None:
    alerts.sign_up(store, a_sign_up(), now=ANNOUNCED)
    with store.reading() as session:
        assert session.query(SubscriptionRow).count() == 0
    alerts.confirm(store, confirm_token(store), policy_version=1, now=ANNOUNCED)
    with store.reading() as session:
        assert session.query(SubscriptionRow).count() == 1


def test_a_thousand_sign_ups_are_one_person_one_link_and_few_mails(store: Store) -> None:
    # What a database makes of it does not hang on the number, and PostgreSQL takes its time.
    for n in range(1_000 if store.engine.dialect.name == "sqlite" else 100):
        email = JO.upper() if n % 2 else f" {JO} "
        alerts.sign_up(store, a_sign_up(email), now=ANNOUNCED + n * timedelta(minutes=1))
    with store.reading() as session:
        person = people.by_email(session, JO)
        assert person is not None
        assert person.id == 1
    assert mails(store) == alerts.MOST_MAILS
    alerts.confirm(store, confirm_token(store), policy_version=1, now=ANNOUNCED)
    with store.reading() as session:
        assert session.query(SubscriptionRow).count() == 1


def test_the_last_wishes_typed_are_the_ones_confirmed(store: Store) -> None:
    alerts.sign_up(store, a_sign_up(), now=ANNOUNCED)
    alerts.sign_up(store, a_sign_up(topics=("change",)), now=ANNOUNCED)
    alerts.confirm(store, confirm_token(store), policy_version=1, now=ANNOUNCED)
    with store.reading() as session:
        found = alert_store.subscription(session, 1)
    assert found is not None
    assert found.wishes.topics == {"change"}


@pytest.mark.parametrize(
    ("email", "message"),
    [
        ("", "Give your email address."),
        ("jo", "Give an email address, such as name@example.com."),
        ("jo@", "Give an email address, such as name@example.com."),
        ("@example.com", "Give an email address, such as name@example.com."),
        ("jo@example", "After the @ goes the name of a domain, such as example.com."),
        ("jo@-example.com", "After the @ goes the name of a domain, such as example.com."),
        ('"jo"@example.com', "Before the @ we take letters"),
        ('"a\\"b c"@example.com', "Before the @ we take letters"),
        ("jo o@example.com", "Before the @ we take letters"),
        ("jö@example.com", "Before the @ we take letters"),
        ("jo@example.com\r\nBcc: all@example.com", "Before the @ we take letters"),
        ("jo\r\nBcc: all@example.com", "Before the @ we take letters"),
        ("jo@exam\nple.com", "After the @ goes the name of a domain"),
        ("jo@example.com\0", "After the @ goes the name of a domain"),
        ("Jo <jo@example.com>", "Before the @ we take letters"),
        ("jo@example.com, all@example.com", "Before the @ we take letters"),
        ("jo＠example.com", "Give an email address, such as name@example.com."),
        ("j" * 65 + "@example.com", "Before the @ we take letters"),
        ("j" * 10_000 + "@example.com", "Too long: no email address has more than 254 characters."),
        ("jo@" + "ü" * 200 + ".com", "After the @ goes the name of a domain"),
    ],
)
def test_what_is_no_plain_address_is_refused_in_words(email: str, message: str) -> None:
    with pytest.raises(InvalidSignUp) as refused:
        decide_sign_up(a_sign_up(email))
    [problem] = refused.value.problems
    assert problem.field == "email"
    assert problem.message.startswith(message)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Jo.Doe+ir@Example.COM", "jo.doe+ir@example.com"),
        ("o'hara@example.com", "o'hara@example.com"),
        ("jo@bücher.example", "jo@xn--bcher-kva.example"),
        ("jo@例え.テスト", "jo@xn--r8jz45g.xn--zckzah"),
    ],
)
def test_an_address_is_kept_in_one_spelling(typed: str, kept: str) -> None:
    assert decide_sign_up(a_sign_up(typed)).email == kept


def test_everything_that_is_wrong_is_named_at_once() -> None:
    with pytest.raises(InvalidSignUp) as refused:
        decide_sign_up(SignUpDraft(email="x", kinds=("party",), topics=(), zone="CST"))
    assert [p.field for p in refused.value.problems] == ["email", "kinds", "topics", "zone"]


# Links


def test_a_link_works_once(store: Store) -> None:
    alerts.sign_up(store, a_sign_up(), now=ANNOUNCED)
    token = confirm_token(store)
    alerts.confirm(store, token, policy_version=1, now=ANNOUNCED)
    with pytest.raises(alerts.LinkUsed):
        alerts.confirm(store, token, policy_version=1, now=ANNOUNCED)


def test_a_link_works_for_a_week(store: Store) -> None:
    alerts.sign_up(store, a_sign_up(), now=ANNOUNCED)
    token = confirm_token(store)
    with pytest.raises(alerts.LinkOld):
        alerts.confirm(store, token, policy_version=1, now=ANNOUNCED + WEEK)
    alerts.confirm(store, token, policy_version=1, now=ANNOUNCED + WEEK - timedelta(microseconds=1))


def test_a_consent_is_to_the_policy_that_was_seen(store: Store) -> None:
    alerts.sign_up(store, a_sign_up(), now=ANNOUNCED)
    with pytest.raises(alerts.PolicyMoved):
        alerts.confirm(store, confirm_token(store), policy_version=2, now=ANNOUNCED)
    with store.reading() as session:
        assert session.query(SubscriptionRow).count() == 0


TOKEN = LINKS.token(LinkKind.CONFIRM, 17, "0123456789abcdef")


@pytest.mark.parametrize(
    "altered",
    [
        pytest.param(lambda t: t[:-1], id="cut"),
        pytest.param(lambda t: t[: len(t) // 2], id="cut in half"),
        pytest.param(lambda t: t + "A", id="longer"),
        pytest.param(lambda t: t.replace("c17", "c18"), id="another's number"),
        pytest.param(lambda t: t.replace("c17", "m17"), id="another kind"),
        pytest.param(lambda t: t.replace("0123", "0124"), id="another key"),
        pytest.param(lambda t: t[:-3] + ("AAA" if t[-3:] != "AAA" else "BBB"), id="signature"),
        pytest.param(lambda t: t.upper(), id="upper case"),
        pytest.param(lambda _: "", id="empty"),
        pytest.param(lambda _: "c" + "9" * 5_000, id="huge"),
        pytest.param(lambda _: "c1-\0", id="NUL"),
        pytest.param(lambda t: t.replace("1", "１"), id="other digits"),
        pytest.param(
            lambda _: Links(base_url="", secret="another").token(
                LinkKind.CONFIRM, 17, "0123456789abcdef"
            ),
            id="another site's",
        ),
    ],
)
def test_a_cut_or_altered_link_is_none(altered: Callable[[str], str]) -> None:
    assert LINKS.read(TOKEN, LinkKind.CONFIRM).number == 17
    with pytest.raises(BadLink):
        LINKS.read(altered(TOKEN), LinkKind.CONFIRM)


def test_a_links_address_says_nothing_of_whose_it_is(store: Store) -> None:
    alerts.sign_up(store, a_sign_up(), now=ANNOUNCED)
    token = confirm_token(store)
    address = LINKS.confirm(token.number, token.key)
    assert address.startswith("https://ir.example/alerts/confirm/c")
    assert "jo" not in address.partition("/confirm/")[2]
