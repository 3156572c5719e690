"""The rule of two: enforced below the web, for whoever calls."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest

from eventsched.domain.document_drafts import DocumentDraft
from eventsched.domain.drafts import Draft, InvalidEvent, draft_of
from eventsched.domain.events import Event, Standing
from eventsched.domain.revisions import NotAllowed, StaleRevision
from eventsched.domain.second_person import SecondPersonNeeded
from eventsched.domain.staff import NotPermitted, Role, Staff
from eventsched.services import documents, events, second_person
from eventsched.store import events as event_store
from eventsched.store import second_person as second_person_store
from eventsched.store import site
from eventsched.store import staff as staff_store
from eventsched.store.database import Store
from tests.builders import PHOENIX, at
from tests.files_of_every_sort import PDF
from tests.fixtures.product import ANNOUNCED
from tests.fixtures.product import PHOENIX as SLUG
from tests.fixtures.staff import ADMIN, APPROVER, EDITOR

NOW = at("2011-11-03 12:00")


@pytest.fixture
def strict(release: Store) -> Store:
    """Give a company that demands a second person, with the release's two events public."""
    with release.writing() as session:
        for email, role in ((EDITOR, "editor"), (APPROVER, "approver"), (ADMIN, "admin")):
            one = Staff(email=email, name="", role=Role(role), password_hash="-", session_key="-")
            staff_store.add(session, one, at=ANNOUNCED)
    second_person.demand(release, True, by=ADMIN, now=ANNOUNCED)
    return release


def current(store: Store, slug: str = SLUG) -> Event:
    with store.reading() as session:
        event = event_store.by_slug(session, slug)
    assert event is not None
    return event


def waiting(store: Store, slug: str = SLUG) -> int:
    with store.reading() as session:
        proposal = second_person_store.waiting(session, slug)
    assert proposal is not None
    return proposal.id


def as_said(store: Store, **changes: str) -> Draft:
    return replace(draft_of(current(store).facts), **changes)  # type: ignore[arg-type]


ALONE = [
    pytest.param({"date": "2011-11-12"}, id="another date"),
    pytest.param({"time": "10:00"}, id="another time"),
    pytest.param({"zone": "America/New_York"}, id="another zone"),
    pytest.param({"duration": "90"}, id="another length"),
    pytest.param({"replay_days": "30"}, id="a longer replay"),
    pytest.param({"replay_until": "2011-12-01 09:00"}, id="a replay until another instant"),
]


@pytest.mark.parametrize("change", ALONE)
def test_nobody_moves_what_was_promised_alone(strict: Store, change: dict[str, str]) -> None:
    before = current(strict)
    with pytest.raises(SecondPersonNeeded):
        events.revise(
            strict, SLUG, as_said(strict, **change), base=2, by=ADMIN, now=NOW, reason="So."
        )
    assert current(strict) == before


@pytest.mark.parametrize(
    "change",
    [pytest.param({"city": "Tempe, AZ"}, id="place"), pytest.param({"host": "CS"}, id="host")],
)
def test_other_changes_take_one_approver(strict: Store, change: dict[str, str]) -> None:
    saved = events.revise(
        strict, SLUG, as_said(strict, **change), base=2, by=APPROVER, now=NOW, reason="So."
    )
    assert saved.revision == 3


@pytest.mark.parametrize("standing", ["cancelled", "postponed", "withdrawn"])
def test_nobody_calls_off_alone(strict: Store, standing: str) -> None:
    with pytest.raises(SecondPersonNeeded):
        events.set_standing(
            strict, SLUG, Standing(standing), base=2, by=ADMIN, now=NOW, reason="So."
        )
    assert current(strict).standing is Standing.APPROVED


def test_nobody_publishes_what_they_wrote(strict: Store) -> None:
    draft = replace(PHOENIX, title="Our own day")
    event = events.plan(strict, draft, by=APPROVER, now=NOW)
    with pytest.raises(SecondPersonNeeded, match="You wrote this version"):
        events.set_standing(strict, event.slug, Standing.APPROVED, base=1, by=APPROVER, now=NOW)
    events.set_standing(strict, event.slug, Standing.IN_REVIEW, base=1, by=ADMIN, now=NOW)
    approved = events.set_standing(strict, event.slug, Standing.APPROVED, base=2, by=ADMIN, now=NOW)
    assert approved.standing is Standing.APPROVED


def test_touching_somebody_elses_draft_makes_one_its_author(strict: Store) -> None:
    draft = replace(PHOENIX, title="Our own day")
    event = events.plan(strict, draft, by=EDITOR, now=NOW)
    events.revise(strict, event.slug, replace(draft, city="X"), base=1, by=APPROVER, now=NOW)
    with pytest.raises(SecondPersonNeeded):
        events.set_standing(strict, event.slug, Standing.APPROVED, base=2, by=APPROVER, now=NOW)


def test_a_change_moves_when_another_confirms_it(strict: Store) -> None:
    later = as_said(strict, time="10:00")
    second_person.propose(
        strict, SLUG, later, base=2, by=APPROVER, now=NOW, reason="The host moved us."
    )
    assert current(strict).revision == 2
    with pytest.raises(SecondPersonNeeded):
        second_person.confirm(strict, SLUG, waiting(strict), by=APPROVER, now=NOW)
    confirmed = second_person.confirm(strict, SLUG, waiting(strict), by=ADMIN, now=NOW)
    assert confirmed == current(strict)
    assert (confirmed.revision, f"{confirmed.facts.time}") == (3, "10:00:00")
    with strict.reading() as session:
        entry = list(site.ledger(session, subject=SLUG))[-1]
        assert second_person_store.waiting(session, SLUG) is None
    assert {k: entry.body[k] for k in ("by", "confirmed_by", "reason")} == {
        "by": APPROVER,
        "confirmed_by": ADMIN,
        "reason": "The host moved us.",
    }


def test_a_cancellation_takes_two(strict: Store) -> None:
    second_person.propose(
        strict, SLUG, Standing.CANCELLED, base=2, by=APPROVER, now=NOW, reason="Off."
    )
    second_person.confirm(strict, SLUG, waiting(strict), by=ADMIN, now=NOW)
    assert current(strict).standing is Standing.CANCELLED


def test_an_editor_proposes_and_confirms_nothing(strict: Store) -> None:
    later = as_said(strict, time="10:00")
    second_person.propose(strict, SLUG, later, base=2, by=EDITOR, now=NOW, reason="So.")
    with pytest.raises(NotPermitted):
        second_person.confirm(strict, SLUG, waiting(strict), by=EDITOR, now=NOW)
    second_person.decline(strict, SLUG, waiting(strict), by=EDITOR, now=NOW)
    with pytest.raises(NotPermitted):
        second_person.propose(
            strict, SLUG, Standing.CANCELLED, base=2, by=EDITOR, now=NOW, reason="So."
        )
    with strict.reading() as session:
        kinds = [entry.kind for entry in site.ledger(session, subject=SLUG)]
    assert kinds.count("refused") == 2


def test_what_changed_since_is_not_confirmed(strict: Store) -> None:
    later = as_said(strict, time="10:00")
    second_person.propose(strict, SLUG, later, base=2, by=APPROVER, now=NOW, reason="So.")
    number = waiting(strict)
    events.revise(strict, SLUG, as_said(strict, city="X"), base=2, by=ADMIN, now=NOW, reason="So.")
    with pytest.raises(NotAllowed, match="has changed since"):
        second_person.confirm(strict, SLUG, number, by=ADMIN, now=NOW)
    why = "Saved otherwise since."
    second_person.decline(strict, SLUG, number, by=ADMIN, now=NOW, reason=why)
    with pytest.raises(NotAllowed, match="does not wait"):
        second_person.decline(strict, SLUG, number, by=ADMIN, now=NOW, reason=why)


@pytest.mark.parametrize(
    ("reason", "problem"),
    [
        pytest.param(" ", "Say why you decline it: whoever proposed it reads that.", id="empty"),
        pytest.param("x" * 2_001, "Too long: at most 2,000 characters fit.", id="a book"),
        pytest.param("\0", "Contains an invisible control character; type it anew.", id="NUL"),
    ],
)
def test_who_declines_a_change_of_another_says_why(
    strict: Store, reason: str, problem: str
) -> None:
    later = as_said(strict, time="10:00")
    second_person.propose(strict, SLUG, later, base=2, by=EDITOR, now=NOW, reason="So.")
    number = waiting(strict)
    with pytest.raises(InvalidEvent) as refused:
        second_person.decline(strict, SLUG, number, by=ADMIN, now=NOW, reason=reason)
    assert [(p.field, p.message) for p in refused.value.problems] == [("because", problem)]
    assert waiting(strict) == number
    second_person.decline(strict, SLUG, number, by=ADMIN, now=NOW, reason="Not yet.")
    with strict.reading() as session:
        [declined] = second_person_store.declined(session, SLUG)
        *_, said = site.ledger(session, subject=SLUG)
    assert (declined.by, declined.at, declined.reason) == (ADMIN, NOW, "Not yet.")
    assert declined.proposal.draft == later
    assert (said.kind, said.body["reason"]) == ("declined", "Not yet.")


def test_what_became_public_since_is_not_confirmed_without_a_reason(strict: Store) -> None:
    later = as_said(strict, time="10:00")
    embargoed = ANNOUNCED - timedelta(seconds=1)
    second_person.propose(strict, SLUG, later, base=2, by=APPROVER, now=embargoed)
    with pytest.raises(NotAllowed, match="owed a reason"):
        second_person.confirm(strict, SLUG, waiting(strict), by=ADMIN, now=ANNOUNCED)
    assert current(strict).revision == 2
    second_person.confirm(strict, SLUG, waiting(strict), by=ADMIN, now=embargoed)
    assert current(strict).revision == 3


def test_one_change_waits_at_a_time(strict: Store) -> None:
    later = as_said(strict, time="10:00")
    second_person.propose(strict, SLUG, later, base=2, by=APPROVER, now=NOW, reason="So.")
    with pytest.raises(NotAllowed, match="Another change"):
        second_person.propose(strict, SLUG, later, base=2, by=ADMIN, now=NOW, reason="So.")


def test_a_stale_change_is_not_even_proposed(strict: Store) -> None:
    with pytest.raises(StaleRevision):
        second_person.propose(
            strict, SLUG, as_said(strict, time="10:00"), base=1, by=APPROVER, now=NOW, reason="So."
        )


def test_only_an_admin_changes_the_rule(strict: Store) -> None:
    with pytest.raises(NotPermitted):
        second_person.demand(strict, False, by=APPROVER, now=NOW)
    with strict.reading() as session:
        assert second_person_store.is_demanded(session)
    second_person.demand(strict, False, by=ADMIN, now=NOW)
    with strict.reading() as session:
        assert not second_person_store.is_demanded(session)
        rules = [e.body["second_person"] for e in site.ledger(session) if e.kind == "rules"]
    assert rules == [True, False]


def test_without_the_rule_an_approver_decides_alone(strict: Store) -> None:
    second_person.demand(strict, False, by=ADMIN, now=NOW)
    events.set_standing(
        strict, SLUG, Standing.CANCELLED, base=2, by=APPROVER, now=NOW, reason="Off."
    )
    assert current(strict).standing is Standing.CANCELLED


def test_an_editor_never_saves_what_was_approved(strict: Store) -> None:
    with pytest.raises(NotPermitted):
        events.revise(
            strict, SLUG, as_said(strict, city="X"), base=2, by=EDITOR, now=NOW, reason="So."
        )
    with strict.reading() as session:
        noted = list(site.ledger(session, subject=SLUG))[-1]
    assert (noted.kind, noted.body["by"], noted.body["wanted"]) == ("refused", EDITOR, "revise")


def test_who_attached_slides_to_a_draft_is_not_the_one_to_publish_them(strict: Store) -> None:
    planned = events.plan(strict, replace(PHOENIX, title="Our day"), by=EDITOR, now=NOW)
    slides = DocumentDraft(kind="slides", shown="at_once")
    upload = documents.Upload(bytes=io.BytesIO(PDF), name="slides.pdf")
    step = documents.Step(slug=planned.slug, base=1, by=APPROVER, now=NOW)
    documents.add(strict, slides, upload, step)
    with pytest.raises(SecondPersonNeeded):
        events.set_standing(strict, planned.slug, Standing.APPROVED, base=2, by=APPROVER, now=NOW)
    events.set_standing(strict, planned.slug, Standing.APPROVED, base=2, by=ADMIN, now=NOW)
