"""What is held of a person: shown, erased, and kept no longer than promised."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from eventsched.domain.alerts import SignUpDraft
from eventsched.domain.notices import Notice
from eventsched.domain.privacy import PurposeName
from eventsched.services import alerts, notices, privacy
from eventsched.store import mail_server as server_store
from eventsched.store import notices as notice_store
from eventsched.store import people, site
from eventsched.store import privacy as privacy_store
from eventsched.store.database import Store
from tests.fixtures.product import ANNOUNCED
from tests.services.people import DAY, JO, ask_for_kit, data_token, found_anywhere, known, subscribe

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
