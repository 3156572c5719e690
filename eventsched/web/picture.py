"""The picture that stands beside a link to an event where people share it: 1200 × 630, PNG.

Only facts are drawn, no phase: those who fetch it keep it for weeks.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from PIL import Image, ImageDraw, ImageFont

from eventsched.logo import pixels

WIDTH, HEIGHT = 1200, 630
_MARGIN = 80
# Where the logo stands, and how much of its pixels may be made up.
_LOGO_TOP, _LOGO_WIDTH, _LOGO_HEIGHT = 56, 560, 84
_MOST_ENLARGED = 1.5
_LINES = 3
# The site's own colours by day.
_PAPER, _INK, _SOFT, _ACCENT = "#ffffff", "#0f1b2a", "#4c5a6a", "#00596b"
_SERIF, _SANS = "LiberationSerif-Regular.ttf", "LiberationSans-Regular.ttf"
# No font draws it: what looks like it is a letter that is missing.
_MISSING = "\U0010fffe"

Font = ImageFont.FreeTypeFont


@dataclass(frozen=True, kw_only=True)
class Caption:
    """What is written on the picture; "" where there is nothing to write.

    `logo` is a raster that stands in the place of the issuer's name, b"" where there is none.
    """

    issuer: str
    logo: bytes = b""
    above: str
    title: str
    when: str
    place: str


@lru_cache(maxsize=64)
def draw(caption: Caption) -> bytes:
    """Return the picture. Lines that our fonts can't write are left out."""
    image = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, 20, HEIGHT), fill=_ACCENT)
    if caption.logo:
        _put(image, caption.logo)
    else:
        _write(pen, caption.issuer, top=64, font=_font(_SERIF, 38), fill=_INK)
    top = 190 + _write(pen, caption.above, top=176, font=_font(_SANS, 28), fill=_ACCENT)
    _write(pen, caption.title, top=top, font=_font(_SERIF, 66), fill=_INK, lines=_LINES)
    pen.line((_MARGIN, 486, WIDTH - _MARGIN, 486), fill=_INK, width=2)
    below = 510 + _write(pen, caption.when, top=510, font=_font(_SANS, 30), fill=_INK)
    _write(pen, caption.place, top=below, font=_font(_SANS, 30), fill=_SOFT)
    kept = io.BytesIO()
    image.quantize(256 if caption.logo else 64).save(kept, "PNG", optimize=True)
    return kept.getvalue()


def _put(image: Image.Image, logo: bytes) -> None:
    """Put the logo on the picture, as large as its place allows, whole and undistorted."""
    found = pixels(logo)
    scale = min(_LOGO_WIDTH / found.width, _LOGO_HEIGHT / found.height, _MOST_ENLARGED)
    size = (max(round(found.width * scale), 1), max(round(found.height * scale), 1))
    drawn = found.resize(size, Image.Resampling.LANCZOS)
    image.paste(drawn, (_MARGIN, _LOGO_TOP + (_LOGO_HEIGHT - size[1]) // 2), drawn)


def _write(
    pen: ImageDraw.ImageDraw, text: str, *, top: int, font: Font, fill: str, lines: int = 1
) -> int:
    """Write `text` on so many lines at most; return how far down the next thing begins."""
    if not _can_write(font, text):
        return 0
    step = round(font.size * 1.22)
    wrapped = list(_wrapped(text, font, lines))
    for number, line in enumerate(wrapped):
        pen.text((_MARGIN, top + number * step), line, font=font, fill=fill)
    return len(wrapped) * step


def _wrapped(text: str, font: Font, lines: int) -> Iterator[str]:
    """Yield the lines of `text`, the last one cut where more would follow."""
    rest = text.split()
    for number in range(lines):
        line = ""
        while rest and _fits(f"{line} {rest[0]}".strip(), font):
            line = f"{line} {rest.pop(0)}".strip()
        if rest and (not line or number == lines - 1):
            yield _cut(" ".join([line, *rest]).strip(), font)
            return
        if line:
            yield line


def _cut(text: str, font: Font) -> str:
    while text and not _fits(f"{text}…", font):
        text = text[: min(len(text) - 1, 200)]
    return f"{text.rstrip()}…"


def _fits(text: str, font: Font) -> bool:
    return font.getlength(text) <= WIDTH - 2 * _MARGIN


def _can_write(font: Font, text: str) -> bool:
    missing = bytes(font.getmask(_MISSING))
    return all(letter.isspace() or bytes(font.getmask(letter)) != missing for letter in {*text})


@lru_cache(maxsize=16)
def _font(name: str, size: int) -> Font:
    file = resources.files("eventsched.fonts").joinpath(name)
    return ImageFont.truetype(io.BytesIO(file.read_bytes()), size)
