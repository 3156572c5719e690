"""Behind a proxy that speaks TLS, a browser's forms say where they were sent from, and have to."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from eventsched.app import create_app
from eventsched.domain.staff import Role
from eventsched.services import team
from eventsched.services.staff import first_key
from eventsched.settings import Settings
from eventsched.store.database import Store
from tests.fixtures.mail import a_server
from tests.fixtures.product import ANNOUNCED, SettableClock
from tests.fixtures.staff import ADMIN, EDITOR, PASSWORD, Desk, hire, read_form

HOST = "ir.example"
PROXIED = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
# What a browser tells of the page's address to the page's own site.
TOLD = {
    "no-referrer": None,
    "same-origin": "whole",
    "strict-origin-when-cross-origin": "whole",
    "strict-origin": "origin",
}


class Browser(Desk):
    """A desk whose forms carry what a browser would say of the page that they are on."""

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, headers=PROXIED)

    def send(self, path: str, *, token: str | None = None, **typed: Any) -> TestResponse:
        page = self.get(path)
        told = TOLD[page.headers["Referrer-Policy"]]
        origin = f"https://{HOST}"
        said = {} if told is None else {"Referer": origin + (path if told == "whole" else "/")}
        token = read_form(page.text).get("csrf_token", "") if token is None else token
        return self.client.post(path, data={"csrf_token": token} | typed, headers=PROXIED | said)


@pytest.fixture
def app(settings: Settings, store: Store, clock: SettableClock) -> Flask:
    ours = replace(settings, base_url=f"https://{HOST}", trusted_proxies=1, mail=a_server())
    app = create_app(ours, clock, store)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app.test_client())


def test_an_installation_begins(store: Store, browser: Browser, settings: Settings) -> None:
    me = {"name": "Jo Doe", "email": "jo@example.com", "password": PASSWORD}
    answer = browser.send(f"/staff/begin/{first_key(settings.secret_key)}", **me)
    assert (answer.status_code, answer.location) == (303, "/staff/company")
    assert browser.get("/staff/company").status_code == 200


def test_an_invitation_is_accepted_and_a_password_reset(
    store: Store, browser: Browser, settings: Settings
) -> None:
    hire(store, ADMIN, Role.ADMIN)
    key, now = settings.secret_key, ANNOUNCED
    first = team.invite(
        store, email=EDITOR, name="", role=Role.EDITOR, by=ADMIN, secret_key=key, now=now
    )
    assert browser.send(f"/staff/welcome/{first}", password=PASSWORD).status_code == 303
    assert browser.sign_in(EDITOR).status_code == 303
    again = team.new_link(store, EDITOR, by=ADMIN, secret_key=key, now=now)
    assert browser.send(f"/staff/welcome/{again}", password="another one").status_code == 303
    assert browser.send("/staff/forgotten", email=EDITOR).status_code == 200


def test_every_page_with_a_form_lets_it_say_where_it_came_from(
    app: Flask, release: Store, browser: Browser
) -> None:
    hire(release, ADMIN, Role.ADMIN)
    assert browser.sign_in(ADMIN).status_code == 303
    plain = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    pages = [browser.get(rule.rule) for rule in plain if not rule.arguments]
    forms = [page for page in pages if 'method="post"' in page.text]
    assert len(forms) > 10
    untold = [p.request.path for p in forms if TOLD[p.headers["Referrer-Policy"]] is None]
    assert untold == []


@pytest.mark.parametrize("said", ["https://[", "https://evil.example/", "nonsense", ""])
def test_a_form_that_came_from_elsewhere_is_refused(
    store: Store, browser: Browser, said: str
) -> None:
    hire(store, ADMIN, Role.ADMIN)
    typed = {"csrf_token": browser.token("/staff/sign-in"), "email": ADMIN, "password": PASSWORD}
    headers = PROXIED | {"Referer": said}
    assert browser.client.post("/staff/sign-in", data=typed, headers=headers).status_code == 400
