"""The issuer's logo: served by us, inert, and named at the start where it is wrong."""

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image

from eventsched.app import create_app
from eventsched.logo import MOST_BYTES, read_logo
from eventsched.settings import BadSettings, Settings, load_settings
from eventsched.store.database import Store
from tests.builders import an_event
from tests.fixtures.databases import FreshDatabase
from tests.fixtures.product import SettableClock
from tests.web.conftest import Show

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120.4 40"><script>x()</script></svg>'
NOW = "2011-11-11 16:30"


@pytest.fixture
def fresh_database(fresh_sqlite: FreshDatabase) -> FreshDatabase:
    return fresh_sqlite


def raster(form: str) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (240, 80), "#00596b").save(kept, form)
    return kept.getvalue()


@pytest.fixture
def branded(settings: Settings, store: Store, clock: SettableClock, tmp_path: Path) -> Flask:
    """Give the site of a company with a logo for the day and one for the night."""
    day, night = tmp_path / "logo.svg", tmp_path / "night.png"
    day.write_text(SVG)
    night.write_bytes(raster("PNG"))
    logos = {"logo": read_logo(str(day)), "logo_dark": read_logo(str(night))}
    return create_app(replace(settings, **logos), clock, store)  # type: ignore[arg-type]


def test_it_stands_for_the_name_and_keeps_its_place(branded: Flask, show: Show) -> None:
    show(an_event(), now=NOW)
    client = branded.test_client()
    page = client.get("/").text
    told = re.search(r'<img class="logo" src="(/logo\?v=\w{10})" alt="([^"]*)" (.*?)>', page)
    assert told is not None
    assert told.groups()[1:] == ("ImmunoGen, Inc.", 'width="120" height="40"')
    assert re.search(r'<source srcset="/logo/dark\?v=\w{10}" media="\(prefers-color-sch', page)
    answer = client.get(told[1])
    assert (answer.mimetype, answer.text) == ("image/svg+xml", SVG)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000"
    assert answer.headers["Content-Security-Policy"].endswith("sandbox")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get("/logo").headers["Cache-Control"] == "public, max-age=60"
    assert client.get("/logo/dark").data == raster("PNG")


def test_a_frame_and_programs_get_it_where_they_ask(branded: Flask, show: Show) -> None:
    show(an_event(), now=NOW)
    client = branded.test_client()
    assert [client.get(path).text.count("<img") for path in ("/embed", "/embed?logo=yes")] == [0, 1]
    told = client.get("/events.json").json["issuer"]["logo_url"]  # type: ignore[index]
    assert re.fullmatch(r"http://ir\.example/logo\?v=\w{10}", told)
    assert (
        f'"logo": "{told}"' in client.get("/events/2011-credit-suisse-healthcare-conference").text
    )


def test_without_one_there_is_the_name(app: Flask, show: Show) -> None:
    show(an_event(), now=NOW)
    client = app.test_client()
    assert "<img" not in client.get("/").text
    assert [client.get(path).status_code for path in ("/logo", "/logo/dark")] == [404, 404]


@pytest.mark.parametrize(("form", "mimetype"), [("JPEG", "jpeg"), ("WEBP", "webp"), ("PNG", "png")])
def test_a_photograph_is_known_by_what_is_in_it(tmp_path: Path, form: str, mimetype: str) -> None:
    file = tmp_path / "logo.svg"
    file.write_bytes(raster(form))
    logo = read_logo(str(file))
    assert (logo.media_type, logo.width, logo.height) == (f"image/{mimetype}", 240, 80)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "is none of: SVG, PNG, JPEG, WebP."),
        (b"GIF89a\x01\x00\x01\x00", "is none of: SVG, PNG, JPEG, WebP."),
        (raster("PNG")[:20], "is none of: SVG, PNG, JPEG, WebP."),
        (b"<html><svg></svg></html>", "is none of: SVG, PNG, JPEG, WebP."),
        (b"<svg", "is not well-formed"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "does not say how wide and high it is."),
        (b"x" * (MOST_BYTES + 1024), "weighs 33 KB; every page carries it, so at most 32 KB."),
    ],
)
def test_a_wrong_file_is_named_at_the_start(tmp_path: Path, body: bytes, words: str) -> None:
    file = tmp_path / "logo"
    file.write_bytes(body)
    with pytest.raises(BadSettings, match=f"EVENTSCHED_LOGO: .*{re.escape(words)}"):
        load_settings({"EVENTSCHED_ENVIRONMENT": "development", "EVENTSCHED_LOGO": str(file)})


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match=r"EVENTSCHED_LOGO_DARK: .* is not a file"):
        load_settings(
            {"EVENTSCHED_ENVIRONMENT": "development", "EVENTSCHED_LOGO_DARK": str(tmp_path)}
        )
