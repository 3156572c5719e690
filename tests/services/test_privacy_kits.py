"""The second purpose, a kit by post: confirmed as it was seen, or erased."""

from datetime import timedelta

import pytest

from eventsched.services import alerts, kits, privacy
from eventsched.store import notices as notice_store
from eventsched.store import people
from eventsched.store import privacy as privacy_store
from eventsched.store.database import Store
from tests.fixtures.kits import waiting_link
from tests.fixtures.product import ANNOUNCED
from tests.services.people import DAY, JO, ask_for_kit, data_token, found_anywhere, known


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
