"""The policy: versions, each from its instant on, and consent under one of them."""

from datetime import datetime, timedelta

import pytest

from eventsched.domain.alerts import SignUpDraft
from eventsched.domain.first_policy import FIRST_POLICY
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
from eventsched.services import alerts, privacy
from eventsched.services import staff as staff_service
from eventsched.store import people, site
from eventsched.store import privacy as privacy_store
from eventsched.store.database import Store
from tests.builders import at
from tests.fixtures.product import ANNOUNCED
from tests.services.people import DAY, subscribe

OTHER_TEXT = "# Short\n\nWe keep nothing."


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
