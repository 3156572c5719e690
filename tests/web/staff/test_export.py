"""Every event as a file, and as it was."""

import csv
import io
from dataclasses import replace

from icalendar import Calendar

from eventsched.domain.drafts import draft_of
from eventsched.domain.events import Presenter
from eventsched.domain.export import as_csv
from eventsched.domain.revisions import event_of
from eventsched.store import events as event_store
from eventsched.store.database import Store
from tests.builders import PHOENIX as DRAFT
from tests.builders import an_event
from tests.fixtures.product import NEW_YORK, PHOENIX, SettableClock
from tests.fixtures.staff import Desk


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_spreadsheet_gets_every_event(release: Store, editor: Desk) -> None:
    answer = editor.get("/staff/export.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="events-2011-11-02.csv"'
    text = answer.data.decode("utf-8-sig")
    first, second = rows(text)
    assert (first["slug"], second["slug"]) == (PHOENIX, NEW_YORK)
    assert {name: first[name] for name in ("date", "time", "zone", "starts_at", "presenters")} == {
        "date": "2011-11-11",
        "time": "09:00",
        "zone": "America/Phoenix",
        "starts_at": "2011-11-11T16:00:00.000000Z",
        "presenters": "Daniel Junius | President and CEO",
    }


def test_a_program_gets_every_event_as_it_is(release: Store, editor: Desk) -> None:
    said = editor.get("/staff/export.json").get_json()
    with release.reading() as session:
        assert [event_of(record) for record in said["events"]] == event_store.every(session)


def test_a_calendar_gets_what_is_public_of_all_years(
    release: Store, editor: Desk, clock: SettableClock
) -> None:
    editor.save(replace(DRAFT, title="Not for anybody yet"))
    clock.set("2021-11-02 12:00")
    answer = editor.get("/staff/export.ics")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="events-2021-11-02.ics"'
    assert answer.mimetype == "text/calendar"
    entries = Calendar.from_ical(answer.data).walk("VEVENT")
    assert sorted(str(entry["URL"]).rpartition("/")[2] for entry in entries) == sorted(
        (PHOENIX, NEW_YORK)
    )


def test_no_cell_is_taken_for_a_formula() -> None:
    event = an_event(title='=HYPERLINK("https://evil.example")', city="+1", host="Ber\u200eg")
    (row,) = rows(as_csv([event]))
    assert (row["title"][0], row["city"]) == ("'", "'+1")


def test_commas_quotes_and_other_scripts_survive() -> None:
    presenters = (Presenter(name='Åsa "Å" Öberg', title="CEO, acting"), Presenter(name="דן"))
    event = an_event(title="Säästö, 2011", presenters=presenters)
    (row,) = rows(as_csv([event]))
    assert row["title"] == draft_of(event.facts).title
    assert row["presenters"] == 'Åsa "Å" Öberg | CEO, acting; דן'
