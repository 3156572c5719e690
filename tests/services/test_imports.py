"""A file is looked at first and confirmed afterwards: all of it, as it was seen, or nothing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from eventsched.domain.drafts import InvalidEvent
from eventsched.domain.events import Event, Standing
from eventsched.domain.export import as_csv
from eventsched.domain.imports import UnreadableFile
from eventsched.domain.imports_plan import Outcome
from eventsched.domain.ledger import first_broken
from eventsched.domain.revisions import NotAllowed, with_standing
from eventsched.domain.staff import Role
from eventsched.services import events, imports, second_person
from eventsched.services.events import NoIssuer
from eventsched.services.imports import KEPT_FOR, MOST_WAITING, NoSuchImport, PlanChanged, Wish
from eventsched.store import events as event_store
from eventsched.store import history, site
from eventsched.store import imports as import_store
from eventsched.store import second_person as second_person_store
from eventsched.store.database import Store
from tests.builders import PHOENIX, facts
from tests.fixtures.product import ANNOUNCED, NEW_YORK
from tests.fixtures.product import PHOENIX as SLUG
from tests.fixtures.staff import ADMIN, APPROVER, EDITOR, hire
from tests.services.test_saving import rows, statements_of

NOW = ANNOUNCED + timedelta(days=1)
TWO_NEW = b"title,date,time,zone\nOur day,2011-12-01,9am,UTC\nYour day,2011-12-02,9am,UTC\n"


def every(store: Store) -> dict[str, Event]:
    with store.reading() as session:
        return {event.slug: event for event in event_store.every(session)}


def exported(store: Store, **changes: str) -> bytes:
    """Return our own export, with some words of it replaced."""
    written = as_csv(every(store).values())
    for before, after in changes.items():
        written = written.replace(before, after)
    return written.encode()


@pytest.fixture
def moved(release: Store) -> bytes:
    """Give our own export in which Phoenix begins an hour later."""
    return exported(release).replace(b",09:00,", b",10:00,")


def stage(store: Store, content: bytes, *, by: str = APPROVER, name: str = "events.csv") -> int:
    return imports.stage(store, name, content, by=by, now=NOW)


def confirm(
    store: Store, number: int, *, by: str = APPROVER, fingerprint: str | None = None, **wish: Any
) -> list[tuple[int, int]]:
    """Confirm what is seen now."""
    seen = imports.look(store, number, by=by, now=NOW).plan.fingerprint
    wanted = Wish(fingerprint=fingerprint or seen, **wish)
    return list(imports.confirm(store, number, wanted, by=by, now=NOW))


def test_nothing_changes_until_it_is_confirmed(release: Store) -> None:
    before = rows(release)
    number = stage(release, TWO_NEW)
    imports.look(release, number, by=APPROVER, now=NOW)
    after = rows(release)
    assert after.pop("staged_import") != before.pop("staged_import")
    assert after == before


def test_new_events_become_drafts_and_nothing_else(release: Store) -> None:
    before = every(release)
    assert confirm(release, stage(release, TWO_NEW)) == [(2, 2)]
    added = {slug: event for slug, event in every(release).items() if slug not in before}
    assert [e.facts.title for e in added.values()] == ["Our day", "Your day"]
    assert {(e.standing, e.publish_at) for e in added.values()} == {(Standing.DRAFT, None)}
    with release.reading() as session:
        (first,) = history.revisions(session, "our-day-2011")
        last = site.last_entry(session)
    assert (first.by, first.reason) == (APPROVER, "From the file “events.csv”.")
    assert last is not None
    assert (last.kind, last.body) == (
        "imported",
        {
            "by": APPROVER,
            "file": "events.csv",
            **{"new": 2, "changed": 0, "proposed": 0, "unchanged": 0, "left_out": 0},
        },
    )


def test_our_own_export_brings_nothing(release: Store) -> None:
    number = stage(release, exported(release))
    before = rows(release)
    with pytest.raises(NotAllowed, match="nothing to save"):
        confirm(release, number)
    assert rows(release) == before


def test_the_public_is_owed_a_reason_as_in_the_form(release: Store, moved: bytes) -> None:
    number = stage(release, moved)
    before = rows(release)
    with pytest.raises(InvalidEvent, match="Say why"):
        confirm(release, number)
    assert rows(release) == before
    confirm(release, number, reason="The host moved us.")
    with release.reading() as session:
        last = history.revisions(session, SLUG)[-1]
    assert (last.event.facts.time, last.reason) == (
        replace(every(release)[SLUG].facts).time,
        "The host moved us.",
    )
    assert f"{every(release)[SLUG].facts.time:%H:%M}" == "10:00"


def test_an_editors_change_of_a_public_event_waits(release: Store, moved: bytes) -> None:
    hire(release, EDITOR, Role.EDITOR)
    number = stage(release, moved, by=EDITOR)
    confirm(release, number, by=EDITOR, reason="The host moved us.")
    assert f"{every(release)[SLUG].facts.time:%H:%M}" == "09:00"
    with release.reading() as session:
        waiting = second_person_store.all_waiting(session)
    assert {slug: p.by for slug, p in waiting.items()} == {SLUG: EDITOR}


def test_a_change_waits_where_the_company_demands_two(release: Store, moved: bytes) -> None:
    hire(release, APPROVER, Role.APPROVER)
    hire(release, ADMIN, Role.ADMIN)
    second_person.demand(release, True, by=ADMIN, now=NOW)
    confirm(release, stage(release, moved), reason="The host moved us.")
    assert f"{every(release)[SLUG].facts.time:%H:%M}" == "09:00"
    with release.reading() as session:
        assert set(second_person_store.all_waiting(session)) == {SLUG}


def test_what_cannot_be_read_is_left_out_only_knowingly(release: Store) -> None:
    number = stage(release, TWO_NEW + b"Their day,soon,,UTC\n")
    before = rows(release)
    with pytest.raises(InvalidEvent, match="left out"):
        confirm(release, number)
    assert rows(release) == before
    confirm(release, number, without_unreadable=True)
    assert {"our-day-2011", "your-day-2011"} < every(release).keys()


# What has changed since it was seen


def revise(store: Store, slug: str = SLUG) -> None:
    event = every(store)[slug]
    draft = replace(PHOENIX, venue="The Biltmore")
    base = event.revision
    events.revise(store, slug, draft, base=base, by="x", now=NOW, reason="A venue.")


def test_somebody_who_saved_meanwhile_is_told_of_and_nothing_is_stored(
    release: Store, moved: bytes
) -> None:
    number = stage(release, moved)
    seen = imports.look(release, number, by=APPROVER, now=NOW)
    assert seen.overtaken == ()
    revise(release)
    before = rows(release)
    with pytest.raises(PlanChanged) as refused:
        confirm(release, number, reason="The host moved us.")
    assert refused.value.slugs == (SLUG,)
    assert rows(release) == before
    assert imports.look(release, number, by=APPROVER, now=NOW).overtaken == (SLUG,)
    imports.compare_again(release, number, by=APPROVER, now=NOW)
    assert imports.look(release, number, by=APPROVER, now=NOW).overtaken == ()


def test_what_was_not_seen_is_not_confirmed(release: Store) -> None:
    number = stage(release, TWO_NEW)
    seen = imports.look(release, number, by=APPROVER, now=NOW).plan.fingerprint
    events.plan(release, replace(PHOENIX, title="Our day", date="2011-12-01"), by="x", now=NOW)
    before = rows(release)
    with pytest.raises(PlanChanged):
        confirm(release, number, fingerprint=seen)
    assert rows(release) == before


def test_a_failure_in_the_middle_saves_nothing(
    release: Store, moved: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = stage(release, moved.rstrip(b"\r\n") + b"\r\n")
    steps = imports.confirm(
        release,
        number,
        Wish(
            fingerprint=imports.look(release, number, by=APPROVER, now=NOW).plan.fingerprint,
            reason="The host moved us.",
        ),
        by=APPROVER,
        now=NOW,
    )
    before = rows(release)
    assert next(steps) == (1, 1)
    with pytest.raises(RuntimeError):
        _throw(steps)
    assert rows(release) == before
    # The file is still there, and can be confirmed.
    confirm(release, number, reason="The host moved us.")


def _throw(steps: Iterator[tuple[int, int]]) -> None:
    steps.throw(RuntimeError("The power went."))  # type: ignore[attr-defined]


# The file


def test_the_file_waits_and_is_gone_when_it_is_too_old(release: Store) -> None:
    number = stage(release, TWO_NEW)
    almost = NOW + KEPT_FOR - timedelta(seconds=1)
    assert imports.look(release, number, by=APPROVER, now=almost).plan.of(Outcome.NEW)
    with pytest.raises(NoSuchImport):
        imports.look(release, number, by=APPROVER, now=NOW + KEPT_FOR)
    imports.stage(release, "b.csv", TWO_NEW, by=APPROVER, now=NOW + KEPT_FOR)
    with release.engine.connect() as connection:
        assert connection.scalars(text("select name from staged_import")).all() == ["b.csv"]


def test_the_same_bytes_wait_once_and_are_imported_once(release: Store) -> None:
    number = stage(release, TWO_NEW)
    assert stage(release, TWO_NEW, name="again.csv") == number
    confirm(release, number)
    with pytest.raises(NotAllowed, match="imported already"):
        confirm(release, number)
    # Brought once more, it is compared with what it made.
    again = imports.look(release, stage(release, TWO_NEW), by=APPROVER, now=NOW)
    assert [row.outcome for row in again.plan.rows] == [Outcome.UNCHANGED] * 2


def test_a_discarded_file_is_gone(release: Store) -> None:
    number = stage(release, TWO_NEW)
    assert imports.discard(release, number, now=NOW).name == "events.csv"
    for gone in (imports.look, imports.compare_again):
        with pytest.raises(NoSuchImport):
            gone(release, number, by=APPROVER, now=NOW)
    with pytest.raises(NoSuchImport):
        imports.discard(release, number, now=NOW)


def test_no_more_files_wait_than_anybody_looks_at(release: Store) -> None:
    for n in range(MOST_WAITING):
        stage(release, TWO_NEW + f"Day {n},2011-12-03,,UTC\n".encode())
    with pytest.raises(NotAllowed, match="20 files wait already"):
        stage(release, TWO_NEW)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("C:\\Users\\jo\\events.csv", "events.csv"),
        ("../../etc/passwd", "passwd"),
        ("", "a file"),
        ("a\nb\0c.csv", "a b c.csv"),
        ("x" * 999, "x" * 120),
    ],
)
def test_a_file_is_called_by_its_last_name(release: Store, name: str, kept: str) -> None:
    number = stage(release, TWO_NEW, name=name)
    with release.reading() as session:
        staged = import_store.by_id(session, number, now=NOW)
    assert staged is not None
    assert staged.name == kept


def test_nothing_is_kept_of_what_is_no_file_of_events(release: Store, store: Store) -> None:
    before = rows(release)
    for content in (b"", b"PK\x03\x04", b"1,2\n3,4", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"):
        with pytest.raises(UnreadableFile):
            stage(release, content)
    assert rows(release) == before


def test_a_file_needs_a_company(store: Store) -> None:
    with pytest.raises(NoIssuer):
        stage(store, TWO_NEW)


# Calendars


def calendar(summary: str = "Our day", uid: str = "far@away") -> bytes:
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:other\r\nBEGIN:VEVENT\r\n"
        f"UID:{uid}\r\nSUMMARY:{summary}\r\nDTSTART;TZID=Europe/Paris:20111201T090000\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    ).encode()


def test_another_programs_entry_is_known_by_its_uid_when_it_comes_again(release: Store) -> None:
    confirm(release, stage(release, calendar()))
    uids = {event.uid for event in every(release).values()}
    assert "our-day-2011@immunogen.com" in uids
    again = stage(release, calendar("Our new day"))
    (row,) = imports.look(release, again, by=APPROVER, now=NOW).plan.rows
    assert (row.outcome, [d.field for d in row.differences]) == (Outcome.CHANGED, ["title"])
    confirm(release, again)
    assert every(release)["our-day-2011"].facts.title == "Our new day"


def test_a_thousand_rows_are_one_step_in_the_ledgers_chain(release: Store) -> None:
    lines = b"title,date,zone\n" + b"".join(b"Day %d,2011-12-01,UTC\n" % n for n in range(1000))
    steps = confirm(release, stage(release, lines))
    assert steps == [(n, 1000) for n in range(100, 1001, 100)]
    with release.reading() as session:
        assert first_broken(site.ledger(session)) is None
        assert len(event_store.every(session)) == 1002
    assert NEW_YORK in every(release)


@pytest.mark.parametrize(
    ("by", "begins"),
    [pytest.param(APPROVER, 10, id="saved"), pytest.param(EDITOR, 9, id="waiting for approval")],
)
def test_a_thousand_changes_take_hardly_more_statements_than_a_few(
    release: Store, by: str, begins: int
) -> None:
    """Nobody else can save while a file is confirmed, so each change can't ask on its own."""
    hire(release, EDITOR, Role.EDITOR)

    def statements(count: int) -> int:
        stated = [facts(title=f"Day {n} of {count}") for n in range(count)]
        with release.writing() as session:
            planned = events.plan_all_in(session, stated, by=APPROVER, now=ANNOUNCED)
            approved = [with_standing(e, Standing.APPROVED, now=ANNOUNCED) for e in planned]
            events.save_all(session, approved, by=APPROVER, reason="", now=ANNOUNCED)
        mine = [e for e in every(release).values() if f"of {count}" in e.facts.title]
        shown = as_csv(mine)
        number = stage(release, shown.replace(",09:00,", ",10:00,").encode())
        seen = imports.look(release, number, by=by, now=NOW).plan
        assert len(seen.of(Outcome.CHANGED)) == count
        wish = Wish(fingerprint=seen.fingerprint, reason="The host moved us.")
        with statements_of(release.engine) as sent:
            list(imports.confirm(release, number, wish, by=by, now=NOW))
        # SQLite's driver sends a statement for each row that gives its number back.
        return sum(not said.startswith("INSERT INTO") for said in sent)

    few = statements(4)
    many = statements(201)
    # Two portions more, each with its dozen or two.
    assert many <= few + 2 * 24
    with release.reading() as session:
        assert first_broken(site.ledger(session)) is None
        waiting = second_person_store.all_waiting(session)
    theirs = [e for e in every(release).values() if "of 201" in e.facts.title]
    assert {e.facts.time for e in theirs} == {time(begins)}
    assert {e.slug for e in theirs} & waiting.keys() == (
        {e.slug for e in theirs} if by == EDITOR else set()
    )
