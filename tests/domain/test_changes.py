"""What changed for readers: only while the event was public, and never a vendor's address."""

from dataclasses import replace

import pytest

from eventsched.domain.changes import Alteration, Saved, public_changes
from eventsched.domain.events import Event, Standing
from eventsched.domain.revisions import first_revision, with_facts, with_standing
from tests.builders import VENDOR_LIVE, at, facts

HOME = "America/New_York"
DRAFTED, PUBLISHED = at("2011-11-01 12:00"), at("2011-11-02 12:00")
CHANGED, LATER = at("2011-11-05 12:00"), at("2011-11-06 12:00")


def history(*states: Event, at_: tuple[object, ...]) -> list[Saved]:
    return [
        Saved(event=event, at=when, reason=f"because {event.revision}")  # type: ignore[arg-type]
        for event, when in zip(states, at_, strict=True)
    ]


def drafted() -> Event:
    return first_revision(facts(), slug="phoenix", uid="phoenix@x", now=DRAFTED)


def published() -> list[Saved]:
    first = drafted()
    approved = with_standing(first, Standing.APPROVED, publish_at=PUBLISHED, now=DRAFTED)
    return history(first, approved, at_=(DRAFTED, DRAFTED))


def then(states: list[Saved], event: Event, when: object) -> list[Saved]:
    return [*states, *history(event, at_=(when,))]


def test_a_new_time_reads_old_new_when_and_why() -> None:
    states = published()
    moved = with_facts(states[-1].event, facts(starts="2011-11-11 10:00"), now=CHANGED)
    (change,) = public_changes(then(states, moved, CHANGED), HOME, now=LATER)
    assert (change.at, change.reason, change.moves_the_event) == (CHANGED, "because 3", True)
    assert change.alterations == (
        Alteration(
            field="when",
            before="9:00 am MST / 11:00 am EST on Friday, November 11, 2011",
            after="10:00 am MST / 12:00 pm EST on Friday, November 11, 2011",
        ),
        Alteration(
            field="replay",
            before="until November 18, 2011, 12:00 pm EST",
            after="until November 18, 2011, 1:00 pm EST",
        ),
    )


def test_what_changed_before_publication_is_nobodys_business() -> None:
    first = drafted()
    approved = with_standing(first, Standing.APPROVED, publish_at=PUBLISHED, now=DRAFTED)
    corrected = with_facts(approved, facts(title="The right title"), now=at("2011-11-02 11:59:59"))
    states = history(first, approved, corrected, at_=(DRAFTED, DRAFTED, at("2011-11-02 11:59:59")))
    assert public_changes(states, HOME, now=LATER) == ()


@pytest.mark.parametrize("standing", [Standing.WITHDRAWN])
def test_what_is_not_public_has_no_changes(standing: Standing) -> None:
    states = published()
    moved = with_facts(states[-1].event, facts(title="Other"), now=CHANGED)
    gone = with_standing(moved, standing, now=LATER)
    states = then(then(states, moved, CHANGED), gone, LATER)
    assert public_changes(states, HOME, now=LATER) == ()
    assert public_changes(states[:2], HOME, now=at("2011-11-02 11:59:59")) == ()


def test_what_was_public_before_a_withdrawal_stays_behind_it() -> None:
    states = published()
    moved = with_facts(states[-1].event, facts(title="A name that was a mistake"), now=CHANGED)
    gone = with_standing(moved, Standing.WITHDRAWN, now=LATER)
    again = with_standing(gone, Standing.DRAFT, now=LATER)
    renamed = with_facts(again, facts(), now=LATER)
    anew = with_standing(renamed, Standing.APPROVED, now=LATER)
    for event in (moved, gone, again, renamed, anew):
        states = then(states, event, CHANGED if event is moved else LATER)
    assert public_changes(states, HOME, now=LATER) == ()


def test_another_address_at_the_vendors_is_no_change() -> None:
    states = published()
    other = with_facts(states[-1].event, facts(live_url=f"{VENDOR_LIVE}-b"), now=CHANGED)
    assert public_changes(then(states, other, CHANGED), HOME, now=LATER) == ()
    assert "vendor.example" not in repr(
        [
            c.alterations
            for c in public_changes(then(states, replace(other), CHANGED), HOME, now=LATER)
        ]
    )


def test_how_one_could_have_joined_is_told_only_while_pages_show_it() -> None:
    states, ended = published(), at("2011-11-11 17:00")
    said = facts(dial_in="877-555-0100", conference_id="4711", backup_note="Please call.")
    in_time = with_facts(states[-1].event, said, now=CHANGED)
    late = with_facts(states[-1].event, said, now=ended)
    (told,) = public_changes(then(states, in_time, CHANGED), HOME, now=LATER)
    assert [one.field for one in told.alterations] == ["backup_note", "dial_in", "conference_id"]
    assert public_changes(then(states, late, ended), HOME, now=ended) == ()


def test_a_cancellation_is_told() -> None:
    states = published()
    cancelled = with_standing(states[-1].event, Standing.CANCELLED, now=CHANGED)
    (change,) = public_changes(then(states, cancelled, CHANGED), HOME, now=LATER)
    assert change.alterations[0] == Alteration(
        field="standing", before="approved", after="cancelled"
    )
