"""What the tests of held answers share: addresses, instants, and a look at what is done."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import flask
import pytest
import sqlalchemy
from flask import Flask

from eventsched.domain.events import Standing
from eventsched.services import events as event_service
from eventsched.store.database import Store
from eventsched.web.held import HeldAnswers
from tests.builders import at
from tests.fixtures.product import NEW_YORK, PHOENIX

PAGE = f"/events/{PHOENIX}"
PUBLIC = ["/", PAGE, "/calendar.ics", "/calendar.ics?cancelled=hide", f"{PAGE}.ics"]
START, CLOSING = at("2011-11-11 16:00"), at("2011-11-18 17:00")
QUIET = "2011-11-05 00:00"


@dataclass
class Work:
    """What was done to answer."""

    asked: Counter[str] = field(default_factory=Counter)
    statements: list[str] = field(default_factory=list)
    templates: list[str] = field(default_factory=list)

    def nothing(self) -> bool:
        return not (self.asked or self.statements or self.templates)


@pytest.fixture
def work(app: Flask, store: Store) -> Iterator[Callable[[], Any]]:
    """Give a way to watch what Flask, the templates and SQLAlchemy are made to do."""

    @contextmanager
    def watched() -> Iterator[Work]:
        done = Work()

        def statement(_c: Any, _u: Any, text: str, *_: Any) -> None:
            done.statements.append(text)

        def request(*_: Any, **__: Any) -> None:
            done.asked[flask.request.full_path.rstrip("?")] += 1

        def template(*_: Any, template: Any, **__: Any) -> None:
            done.templates.append(template.name)

        sqlalchemy.event.listen(store.engine, "before_cursor_execute", statement)
        with (
            flask.request_started.connected_to(request, app),
            flask.template_rendered.connected_to(template, app),
        ):
            yield done
        sqlalchemy.event.remove(store.engine, "before_cursor_execute", statement)

    return watched  # type: ignore[return-value]


def layer(app: Flask) -> HeldAnswers:
    assert isinstance(app.wsgi_app, HeldAnswers)
    return app.wsgi_app


def cancel(store: Store, *, now: Any, slug: str = NEW_YORK) -> None:
    event_service.set_standing(
        store, slug, Standing.CANCELLED, base=2, by="test", reason="so", now=at(now)
    )
