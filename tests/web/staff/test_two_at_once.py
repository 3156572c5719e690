"""Two sessions that save one event at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from eventsched.store import events as event_store
from eventsched.store import history
from eventsched.store.database import Store
from tests.builders import PHOENIX
from tests.fixtures.product import PHOENIX as SLUG
from tests.fixtures.staff import Desk, typed_form

PAGE = f"/staff/events/{SLUG}"
ROUNDS = 200


def test_two_hundred_rounds_lose_no_update(company: Store, editor: Desk, approver: Desk) -> None:
    editor.save(PHOENIX)
    desks = (editor, approver)
    tokens = [desk.token(PAGE) for desk in desks]
    start = threading.Barrier(2)

    def save(whose: int, round_number: int) -> int:
        draft = replace(PHOENIX, venue=f"Hall {round_number}", city=f"City of {whose}")
        typed = {"csrf_token": tokens[whose], "base": str(round_number)} | typed_form(draft)
        start.wait()
        return desks[whose].client.post(PAGE, data=typed).status_code

    winners = []
    with ThreadPoolExecutor(2) as pool:
        for round_number in range(1, ROUNDS + 1):
            answers = list(pool.map(save, (0, 1), (round_number, round_number)))
            assert sorted(answers) == [303, 409]
            winners.append(f"City of {answers.index(303)}")
    with company.reading() as session:
        saved = [r.event.facts.city for r in history.revisions(session, SLUG)]
        event = event_store.by_slug(session, SLUG)
    assert saved == [PHOENIX.city, *winners]
    assert event is not None
    assert event.revision == ROUNDS + 1
