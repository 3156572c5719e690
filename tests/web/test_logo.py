"""The issuer's logo: served by us, inert, and named at the start where it is wrong."""

import io
import re
import struct
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image, ImageChops

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


TEAL = (0, 89, 107)


def raster(form: str, *, size: tuple[int, int] = (240, 80), mode: str = "RGB") -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", size, TEAL).convert(mode).save(kept, form)
    return kept.getvalue()


def png_header(width: int, height: int) -> bytes:
    """Return a picture that says how large it is, and holds nothing (PNG, §5.3 and §11.2)."""
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"")),
        (b"IEND", b""),
    )
    packed = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


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
        (raster("PNG")[:20], "is damaged: it can't be read to its end."),
        (b"<html><svg></svg></html>", "is none of: SVG, PNG, JPEG, WebP."),
        (b"<svg", "is not well-formed"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "does not say how wide and high it is."),
        (raster("PNG")[:-30], "is damaged: it can't be read to its end."),
        (raster("JPEG")[:-200], "is damaged: it can't be read to its end."),
        (raster("WEBP")[:-8], "is damaged: it can't be read to its end."),
        (png_header(2_001, 2_000), "has more than 4 million pixels."),
        (png_header(50_000, 50_000), "has more than 4 million pixels."),
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


# The picture beside a shared link


def shared(app: Flask, slug: str) -> tuple[str, Image.Image]:
    """Return the address of an event's picture, as its page gives it, and the picture."""
    client = app.test_client()
    told = re.search(r'property="og:image" content="([^"]*)"', client.get(f"/events/{slug}").text)
    assert told is not None
    answer = client.get(told[1].removeprefix("http://ir.example"))
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert len(answer.data) < 100_000
    return told[1], Image.open(io.BytesIO(answer.data)).convert("RGB")


def place_of(
    colour: tuple[int, int, int], picture: Image.Image
) -> tuple[int, int, int, int] | None:
    """Return the box at the head of a picture that is of one colour, or nearly."""
    head = picture.crop((40, 0, 1200, 160))
    away = ImageChops.difference(head, Image.new("RGB", head.size, colour)).convert("L")
    mask = away.point([255 if step < 24 else 0 for step in range(256)])
    return mask.getbbox()


@pytest.mark.parametrize(
    ("form", "size", "mode", "place"),
    [
        pytest.param("PNG", (240, 80), "RGB", (40, 58, 292, 142), id="as large as there is room"),
        pytest.param("PNG", (24, 8), "RGBA", (40, 92, 76, 104), id="small, and not blown up"),
        pytest.param("WEBP", (1800, 30), "RGBA", (40, 93, 600, 102), id="very wide"),
        pytest.param("JPEG", (240, 80), "CMYK", (40, 58, 292, 142), id="in colours of print"),
        pytest.param("PNG", (240, 80), "P", (40, 58, 292, 142), id="with a palette"),
    ],
)
def test_the_shared_picture_bears_the_logo(
    app: Flask,
    settings: Settings,
    store: Store,
    clock: SettableClock,
    show: Show,
    tmp_path: Path,
    form: str,
    size: tuple[int, int],
    mode: str,
    place: tuple[int, int, int, int],
) -> None:
    show(an_event(slug="e"), now=NOW)
    file = tmp_path / "logo"
    file.write_bytes(raster(form, size=size, mode=mode))
    without, plain = shared(app, "e")
    logo = read_logo(str(file))
    address, picture = shared(create_app(replace(settings, logo=logo), clock, store), "e")
    assert place_of(TEAL, plain) is None
    found = place_of(TEAL, picture)
    assert found is not None
    assert max(abs(a - b) for a, b in zip(found, place, strict=True)) <= 3, found
    assert (without[-4:], address[-13:]) == ("?v=0", f"=0-{logo.fingerprint}")


def test_a_drawing_has_a_raster_in_its_place_or_the_name(
    branded: Flask,
    settings: Settings,
    store: Store,
    clock: SettableClock,
    show: Show,
    tmp_path: Path,
) -> None:
    show(an_event(slug="e"), now=NOW)
    assert place_of(TEAL, shared(branded, "e")[1]) is None
    drawing, other = tmp_path / "logo.svg", tmp_path / "shared.png"
    other.write_bytes(raster("PNG"))
    named = {"EVENTSCHED_ENVIRONMENT": "development", "EVENTSCHED_LOGO": str(drawing)}
    told = load_settings({**named, "EVENTSCHED_LOGO_SHARE": str(other)})
    both = replace(settings, logo=told.logo, logo_share=told.logo_share)
    assert place_of(TEAL, shared(create_app(both, clock, store), "e")[1]) is not None
    with pytest.raises(BadSettings, match=r"EVENTSCHED_LOGO_SHARE: .* is an SVG; what is drawn"):
        load_settings({**named, "EVENTSCHED_LOGO_SHARE": str(drawing)})
