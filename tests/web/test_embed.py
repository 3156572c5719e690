"""What the company's own site takes from us."""

import gzip
import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventsched.settings import BadSettings, Settings, load_settings
from tests.builders import NEW_YORK, VENDOR_LIVE, an_event
from tests.web.conftest import Show

NOW = "2011-11-11 16:30"


def test_the_component_is_small_and_may_be_loaded_anywhere(client: FlaskClient) -> None:
    with client.get("/embed/investor-events.js") as answer:
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cache-Control"] == "public, max-age=3600"
        assert len(gzip.compress(answer.data)) < 15_000


def test_the_component_says_what_the_pages_say(client: FlaskClient, show: Show) -> None:
    show(an_event(), an_event(like=NEW_YORK), now=NOW)
    source = Path("eventsched/static/embed/investor-events.js").read_text(encoding="utf-8")
    given = client.get("/embed/investor-events.js")
    assert given.text.endswith(source)
    for words in ("Join the live webcast", "Investor conference", "Live now"):
        assert (words in given.text, words in source, words in client.get("/").text) == (
            *(True, False, True),
        )
    again = client.get(
        "/embed/investor-events.js", headers={"If-None-Match": given.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")


def test_only_our_scripts_are_given_away(client: FlaskClient) -> None:
    assert client.get("/embed/frame.css").status_code == 404
    assert client.get("/embed/..%2ftokens.css").status_code == 404


def test_without_a_setting_nobody_frames_anything(client: FlaskClient, show: Show) -> None:
    show(an_event(), now=NOW)
    for path in ("/", "/embed", "/nothing"):
        assert "frame-ancestors 'none'" in client.get(path).headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "said",
    [
        "www.example.com",
        "https://a.example/path",
        "https://a.example; script-src *",
        "*",
        "ftp://a",
    ],
)
def test_a_parent_that_is_no_site_is_named(said: str) -> None:
    with pytest.raises(BadSettings, match="is not a site such as"):
        load_settings({"EVENTSCHED_ENVIRONMENT": "development", "EVENTSCHED_EMBED_PARENTS": said})


@pytest.mark.parametrize("gate", ["live", "replay"])
def test_a_notice_stands_before_the_providers_site_where_wanted(
    app: Flask, show: Show, gate: str
) -> None:
    event = an_event(replay_posted_at="2011-11-03 12:00", replay_url=VENDOR_LIVE)
    show(event, now=NOW if gate == "live" else "2011-11-12")
    settings = app.extensions["eventsched"].settings
    object.__setattr__(settings, "leaving_notice", True)
    client = app.test_client()
    notice = client.get(f"/events/{event.slug}/{gate}")
    assert (notice.status_code, notice.headers["Cache-Control"]) == (200, "no-store")
    assert "You are about to leave this site" in notice.text
    assert "vendor.example" not in notice.text
    answer = client.get(f"/events/{event.slug}/{gate}?go=1")
    assert (answer.status_code, answer.location) == (302, VENDOR_LIVE)


@pytest.fixture
def settings(settings: Settings, tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    if "own_look" not in request.fixturenames:
        return settings
    sheet = tmp_path / "own.css"
    sheet.write_text(":root { --accent: #0057b8; }")
    return replace(settings, hosts=("ir.example",), style_sheet=sheet)


@pytest.fixture
def own_look() -> None:
    """Have a style sheet of the issuer's own, and answer under one name only."""


@pytest.mark.usefixtures("own_look")
@pytest.mark.parametrize("host", ["ir.example", "IR.example:8443"])
def test_the_issuers_own_sheet_comes_after_ours(client: FlaskClient, show: Show, host: str) -> None:
    show(an_event(), now=NOW)
    for path in ("/", "/embed", "/nothing"):
        sheets = re.findall(
            'rel="stylesheet" href="([^"]+)"', client.get(path, headers={"Host": host}).text
        )
        assert sheets[-1] == "/style.css"
    with client.get("/style.css", headers={"Host": host}) as answer:
        assert (answer.mimetype, answer.data) == ("text/css", b":root { --accent: #0057b8; }")


@pytest.mark.usefixtures("own_look")
def test_a_host_that_is_not_on_the_list_is_refused_by_a_page(
    client: FlaskClient, show: Show
) -> None:
    show(an_event(), now=NOW)
    client.get("/", headers={"Host": "ir.example"})
    for path in ("/", "/calendar.ics", "/events.json", "/nothing"):
        answer = client.get(path, headers={"Host": "evil.example"})
        assert (answer.status_code, answer.headers["Cache-Control"]) == (400, "no-store")
        assert "This site is not known under the name that was asked for." in answer.text
    assert client.get("/healthz", headers={"Host": "10.0.0.7:8000"}).status_code == 200


def test_without_a_sheet_there_is_none(client: FlaskClient) -> None:
    assert client.get("/style.css").status_code == 404
