"""The promises of the policy: versions, consent under one of them, access, erasure, retention."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import inspect, text

from eventsched.domain.alerts import SignUpDraft
from eventsched.domain.first_policy import FIRST_POLICY
from eventsched.domain.notices import Notice
from eventsched.domain.personal_links import LinkKind, LinkToken
from eventsched.domain.privacy import (
    PURPOSES,
    BadPolicy,
    Mark,
    Policy,
    PurposeName,
    differences,
    in_force,
    normalised,
)
from eventsched.domain.staff import NotPermitted, Role
from eventsched.services import alerts, kits, notices, privacy
from eventsched.services import staff as staff_service
from eventsched.store import mail_server as server_store
from eventsched.store import notices as notice_store
from eventsched.store import people, site
from eventsched.store import privacy as privacy_store
from eventsched.store.database import Store
from tests.builders import at
from tests.fixtures.kits import ask_for_kit as confirmed_kit
from tests.fixtures.kits import waiting_link
from tests.fixtures.product import ANNOUNCED

JO, DAY = "jo@example.com", timedelta(days=1)
OTHER_TEXT = "# Short\n\nWe keep nothing."


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


# Policies


def test_there_is_a_policy_from_the_beginning(store: Store) -> None:
    with store.reading() as session:
        [first] = privacy_store.policies(session)
    assert first == Policy(version=1, text=normalised(FIRST_POLICY), in_force_at=None)
    assert first.is_in_force(now=at("1970-01-01"))


def test_a_version_comes_into_force_at_its_instant(store: Store) -> None:
    begins = ANNOUNCED + DAY
    privacy.add_policy(store, OTHER_TEXT, begins, by="test", now=ANNOUNCED)
    with store.reading() as session:
        policies = privacy_store.policies(session)
    assert in_force(policies, now=begins - timedelta(microseconds=1)).version == 1
    assert in_force(policies, now=begins).version == 2


@pytest.mark.parametrize(
    ("text", "begins", "message"),
    [
        ("", ANNOUNCED, "Write the policy."),
        (" \r\n ", ANNOUNCED, "Write the policy."),
        ("x" * 100_001, ANNOUNCED, "At most 100,000 characters"),
        ("a\0b", ANNOUNCED, "At most 100,000 characters of plain text"),
        (FIRST_POLICY + "\r\n\r\n", ANNOUNCED, "It says the same as version 1."),
        (OTHER_TEXT, ANNOUNCED - timedelta(seconds=1), "That instant has passed"),
    ],
)
def test_a_version_that_makes_no_sense_is_refused(
    store: Store, text: str, begins: datetime, message: str
) -> None:
    with pytest.raises(BadPolicy, match=message):
        privacy.add_policy(store, text, begins, by="test", now=ANNOUNCED)


def test_versions_follow_one_another(store: Store) -> None:
    privacy.add_policy(store, OTHER_TEXT, ANNOUNCED + DAY, by="test", now=ANNOUNCED)
    with pytest.raises(BadPolicy, match="It has to come into force after version 2"):
        privacy.add_policy(store, "Else.", ANNOUNCED + DAY, by="test", now=ANNOUNCED)


def test_a_version_is_taken_back_until_the_instant_at_which_it_holds(store: Store) -> None:
    begins = ANNOUNCED + DAY
    privacy.add_policy(store, OTHER_TEXT, begins, by="test", now=ANNOUNCED)
    privacy.add_policy(store, "Else.", begins + DAY, by="test", now=ANNOUNCED)
    for version, now, message in (
        (1, ANNOUNCED, "Version 1 has been in force; it can only be followed by another."),
        (2, begins, "Version 2 has been in force"),
        (4, ANNOUNCED, "There is no version 4 to take back."),
    ):
        with pytest.raises(BadPolicy, match=message):
            privacy.take_policy_back(store, version, by="test", now=now)
    privacy.take_policy_back(store, 2, by="test", now=begins - timedelta(microseconds=1))
    with pytest.raises(BadPolicy, match="There is no version 2 to take back"):
        privacy.take_policy_back(store, 2, by="test", now=begins - timedelta(microseconds=1))
    privacy.take_policy_back(store, 3, by="test", now=begins)
    assert privacy.add_policy(store, OTHER_TEXT, begins, by="test", now=begins).version == 4
    with store.reading() as session:
        assert [p.version for p in privacy_store.policies(session)] == [1, 4]
        gone = privacy_store.policies_taken_back(session)
        last = [entry for entry in site.ledger(session) if entry.kind == "policy_taken_back"]
    assert [(p.version, p.text) for p in gone] == [(2, normalised(OTHER_TEXT)), (3, "Else.")]
    assert [entry.body for entry in last] == [{"by": "test", "version": n} for n in (2, 3)]


def test_only_an_admin_changes_the_policy(store: Store) -> None:
    staff_service.add(
        store,
        email="e@example.com",
        name="Ed",
        role=Role.APPROVER,
        password="long-enough-for-us",
        now=ANNOUNCED,
    )
    with pytest.raises(NotPermitted):
        privacy.add_policy(store, OTHER_TEXT, ANNOUNCED, by="e@example.com", now=ANNOUNCED)
    with pytest.raises(NotPermitted):
        privacy.take_policy_back(store, 1, by="e@example.com", now=ANNOUNCED)
    with store.reading() as session:
        assert len(privacy_store.policies(session)) == 1


def test_differences_are_words_in_their_paragraphs() -> None:
    before = "We keep it for a week.\n\nSame.\n\nGone for good, and it was long."
    after = "We keep it for two weeks.\n\nSame.\n\nNew."
    told = [[(piece.mark, piece.words) for piece in found] for found in differences(before, after)]
    assert told == [
        [
            (Mark.SAME, "We keep it for "),
            (Mark.REMOVED, "a week."),
            (Mark.ADDED, "two weeks."),
        ],
        [(Mark.REMOVED, "Gone for good, and it was long."), (Mark.ADDED, "New.")],
    ]
    assert differences(after, after) == []


def test_a_heading_that_changed_is_told_in_its_words() -> None:
    before = "# What we keep\n\n# How long, and where it is kept\n\n# Whom you may ask"
    after = "# Your rights\n\n# How long, and where it stays\n\nWhom you may ask"
    told = [[(piece.mark, piece.words) for piece in found] for found in differences(before, after)]
    assert told == [
        [(Mark.REMOVED, "What we keep"), (Mark.ADDED, "Your rights")],
        [
            (Mark.SAME, "How long, and where it "),
            (Mark.REMOVED, "is kept"),
            (Mark.ADDED, "stays"),
        ],
        # No heading any more: that too is told.
        [(Mark.REMOVED, "Whom you may ask"), (Mark.ADDED, "Whom you may ask")],
    ]


# Consent


def test_what_was_given_stays_under_its_version_until_its_giver_agrees_anew(store: Store) -> None:
    token = subscribe(store)
    privacy.add_policy(store, OTHER_TEXT, ANNOUNCED + DAY, by="test", now=ANNOUNCED)
    alerts.change(
        store,
        token,
        SignUpDraft(kinds=("other",), topics=("change",), zone="UTC"),
        now=ANNOUNCED + 2 * DAY,
    )

    def versions() -> list[tuple[int, bool]]:
        with store.reading() as session:
            return [
                (consent.policy_version, consent.ended_at is None)
                for consent in people.consents(session, token.number)
            ]

    assert versions() == [(1, True)]
    alerts.agree_anew(store, token, policy_version=2, now=ANNOUNCED + 2 * DAY)
    assert versions() == [(1, False), (2, True)]
    with store.reading() as session:
        last = people.consents(session, token.number)[-1]
    assert last.wording == PURPOSES[PurposeName.ALERTS].wording
    assert last.given_at == ANNOUNCED + 2 * DAY


# Access and erasure


def test_every_purpose_can_be_exported(store: Store) -> None:
    subscribe(store)
    ask_for_kit(store, now=ANNOUNCED)
    held = privacy.data_of(store, data_token(store, now=ANNOUNCED), now=ANNOUNCED)
    assert set(held) == {"address", "consents", "mails", "mail_comes_back", *PurposeName}
    assert [mail["kind"] for mail in held["mails"]] == ["alert.confirm", "alert.kit", "alert.data"]
    assert {consent["purpose"] for consent in held["consents"]} == set(PurposeName)
    assert all(held[purpose] for purpose in PurposeName)


def test_a_sign_up_that_waits_is_shown_too(store: Store) -> None:
    alerts.sign_up(store, SignUpDraft(email=JO, zone="Asia/Tokyo"), now=ANNOUNCED)
    held = privacy.data_of(store, data_token(store, now=ANNOUNCED), now=ANNOUNCED)
    assert held["alerts"]["not_confirmed"]["zone"] == "Asia/Tokyo"


def test_the_link_to_what_is_held_works_for_a_day(store: Store) -> None:
    subscribe(store)
    token = data_token(store, now=ANNOUNCED)
    privacy.data_of(store, token, now=ANNOUNCED + DAY - timedelta(seconds=1))
    for follow in (privacy.data_of, privacy.erase):
        with pytest.raises(alerts.LinkOld):
            follow(store, token, now=ANNOUNCED + DAY)


def test_of_who_is_not_known_nothing_is_kept(store: Store) -> None:
    privacy.ask_for_data(store, JO, now=ANNOUNCED)
    assert not known(store)
    with store.reading() as session:
        assert notice_store.of(session, JO) == []
        assert notice_store.of(session, "nobody@unknown.invalid") == []


def test_erasing_leaves_nothing_but_that_it_was_done(store: Store) -> None:
    subscribe(store)
    ask_for_kit(store, now=ANNOUNCED)
    with store.writing() as session:
        notices.owe(
            session, [Notice(key="x", kind="alert.x", to=JO, due_at=ANNOUNCED)], now=ANNOUNCED
        )
        server_store.stop(session, JO, at=ANNOUNCED, reason="550")
    privacy.erase(store, data_token(store, now=ANNOUNCED), now=ANNOUNCED)
    assert found_anywhere(store, JO) == []
    with store.reading() as session:
        last = site.last_entry(session)
    assert last is not None
    assert (last.kind, last.subject, last.body) == ("erased", "", {"because": "asked", "people": 1})


def found_anywhere(store: Store, words: str) -> list[str]:
    """Return the tables that hold `words` in any column."""
    found = []
    with store.engine.connect() as connection:
        for table in inspect(connection).get_table_names():
            rows = connection.execute(text(f'select * from "{table}"'))
            found += [table for row in rows if words in str(row).lower()]
    return found


# Retention


def never_confirmed(store: Store) -> None:
    alerts.sign_up(store, SignUpDraft(email=JO, zone="UTC"), now=ANNOUNCED)


def unsubscribed(store: Store) -> None:
    alerts.unsubscribe(store, subscribe(store), now=ANNOUNCED)


def kit_never_sent(store: Store) -> None:
    ask_for_kit(store, now=ANNOUNCED)


def kit_sent(store: Store) -> None:
    ask_for_kit(store, now=ANNOUNCED)
    assert privacy.fulfil_kit(store, 1, now=ANNOUNCED)


@pytest.mark.parametrize(
    ("given", "kept_for"),
    [
        (never_confirmed, 7 * DAY),
        (unsubscribed, 30 * DAY),
        (kit_never_sent, 180 * DAY),
        (kit_sent, 90 * DAY),
    ],
)
def test_what_has_been_kept_long_enough_goes(
    store: Store, given: Callable[[Store], None], kept_for: timedelta
) -> None:
    given(store)
    just_before = ANNOUNCED + kept_for - timedelta(microseconds=1)
    privacy.keep_no_longer(store, now=just_before)
    assert known(store)
    erased = privacy.keep_no_longer(store, now=ANNOUNCED + kept_for)
    assert erased is not None
    assert erased.people == 1
    assert found_anywhere(store, JO) == []
    assert privacy.keep_no_longer(store, now=ANNOUNCED + kept_for) is None
    with store.reading() as session:
        last = site.last_of_the_site(session, "erased")
    assert last is not None
    assert last.body["people"] == 1


def test_alerts_are_kept_as_long_as_they_are_wanted(store: Store) -> None:
    subscribe(store)
    privacy.keep_no_longer(store, now=ANNOUNCED + 3000 * DAY)
    assert known(store)


def test_of_two_purposes_each_ends_for_itself(store: Store) -> None:
    subscribe(store)
    kit_sent(store)
    privacy.keep_no_longer(store, now=ANNOUNCED + 90 * DAY)
    assert known(store)
    with store.reading() as session:
        assert privacy_store.keeping(session, now=ANNOUNCED).held == {
            PurposeName.ALERTS: 1,
            PurposeName.INVESTOR_KIT: 0,
        }


def test_a_consent_that_ended_goes_though_the_person_stays(store: Store) -> None:
    token = subscribe(store)
    kit_sent(store)
    alerts.unsubscribe(store, token, now=ANNOUNCED)
    subscribe(store)

    def ended() -> list[PurposeName]:
        with store.reading() as session:
            held = people.consents(session, token.number)
            return [consent.purpose for consent in held if consent.ended_at is not None]

    just_before = ANNOUNCED + 30 * DAY - timedelta(microseconds=1)
    privacy.keep_no_longer(store, now=just_before)
    assert sorted(ended()) == [PurposeName.ALERTS, PurposeName.INVESTOR_KIT]
    erased = privacy.keep_no_longer(store, now=ANNOUNCED + 30 * DAY)
    assert erased is not None
    assert (erased.consents, ended()) == (1, [PurposeName.INVESTOR_KIT])
    with store.reading() as session:
        assert privacy_store.keeping(session, now=ANNOUNCED + 30 * DAY).outlived == 0
        assert privacy_store.keeping(session, now=ANNOUNCED + 90 * DAY).outlived == 2
    erased = privacy.keep_no_longer(store, now=ANNOUNCED + 90 * DAY)
    assert erased is not None
    assert (erased.people, ended()) == (0, [])
    assert known(store)


# The second purpose


def test_asking_again_for_a_kit_replaces_what_is_open(store: Store) -> None:
    for name in ("Jo", "Joanna"):
        ask_for_kit(store, name=name, now=ANNOUNCED)
    with store.reading() as session:
        [request] = privacy_store.kit_requests(session)
    assert request.name == "Joanna"
    assert privacy.fulfil_kit(store, request.id, now=ANNOUNCED)
    assert not privacy.fulfil_kit(store, request.id, now=ANNOUNCED)
    ask_for_kit(store, now=ANNOUNCED)
    with store.reading() as session:
        assert len(privacy_store.kit_requests(session)) == 2


def test_nothing_is_asked_for_in_the_name_of_who_has_not_confirmed_it(store: Store) -> None:
    ask_for_kit(store, name="Victim", now=ANNOUNCED)
    with store.reading() as session:
        [before] = privacy_store.kit_requests(session)
        consents = people.consents(session, before.person.id)
    kits.ask(store, email=JO, name="Mallory", postal_address="9 Evil Rd", now=ANNOUNCED + DAY)
    with store.reading() as session:
        assert privacy_store.kit_requests(session) == [before]
        assert people.consents(session, before.person.id) == consents
        assert [one.kind for one in notice_store.of(session, JO)] == ["alert.kit"] * 2
    held = privacy.data_of(store, data_token(store, now=ANNOUNCED + DAY), now=ANNOUNCED + DAY)
    typed = {"name": "Mallory", "postal_address": "9 Evil Rd"}
    assert held["investor_kit"][1:] == [{"not_confirmed": typed}]


def test_what_is_confirmed_is_what_was_seen(store: Store) -> None:
    kits.ask(store, email=JO, name="Jo", postal_address="1 Road", now=ANNOUNCED)
    link = waiting_link(store, JO, now=ANNOUNCED)
    seen = kits.look(store, link, now=ANNOUNCED)
    kits.ask(store, email=JO, name="Jo", postal_address="9 Evil Rd", now=ANNOUNCED)
    with pytest.raises(kits.AskedOtherwise):
        kits.confirm(store, link, mark=seen.mark, policy_version=1, now=ANNOUNCED)
    with store.reading() as session:
        assert privacy_store.kit_requests(session) == []
    kits.ask(store, email=JO, name="Jo", postal_address="1 Road", now=ANNOUNCED)
    with pytest.raises(alerts.PolicyMoved):
        kits.confirm(store, link, mark=seen.mark, policy_version=2, now=ANNOUNCED)
    kits.confirm(store, link, mark=seen.mark, policy_version=1, now=ANNOUNCED)
    with pytest.raises(alerts.LinkUsed):
        kits.confirm(store, link, mark=seen.mark, policy_version=1, now=ANNOUNCED)
    with store.reading() as session:
        [request] = privacy_store.kit_requests(session)
    assert request.postal_address == "1 Road"


def test_a_request_that_nobody_confirms_is_erased_after_a_week(store: Store) -> None:
    kits.ask(store, email=JO, name="Jo Unsure", postal_address="1 Road", now=ANNOUNCED)
    privacy.keep_no_longer(store, now=ANNOUNCED + 7 * DAY - timedelta(seconds=1))
    assert known(store)
    privacy.keep_no_longer(store, now=ANNOUNCED + 7 * DAY)
    assert found_anywhere(store, "jo unsure") == []
    assert not known(store)


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ({"email": "x", "name": "", "postal_address": " "}, ["name", "postal_address", "email"]),
        ({"email": JO, "name": "a" * 201, "postal_address": "b"}, ["name"]),
        ({"email": JO, "name": "a\nb", "postal_address": "b\nc"}, ["name"]),
        ({"email": JO, "name": "a", "postal_address": "b\0"}, ["postal_address"]),
        ({"email": JO, "name": "a", "postal_address": "b" * 1_001}, ["postal_address"]),
    ],
)
def test_a_request_that_no_parcel_could_follow_is_refused(
    store: Store, typed: dict[str, str], fields: list[str]
) -> None:
    with pytest.raises(privacy.InvalidRequest) as refused:
        kits.ask(store, now=ANNOUNCED, **typed)
    assert [problem.field for problem in refused.value.problems] == fields
    assert not known(store)
