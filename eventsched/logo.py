"""The issuer's logo: read once, at the start, so that a wrong file is named there."""

import hashlib
import io
import re
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from PIL import Image, UnidentifiedImageError

# It is part of the first view, which weighs 60 KB at most.
MOST_BYTES = 32 * 1024
# A few bytes can unpack to gigabytes.
_MOST_PIXELS = 4_000_000
_RASTERS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
_SVG = "{http://www.w3.org/2000/svg}svg"
_NUMBER = re.compile(r"\d{1,6}(?:\.\d{1,6})?")


@dataclass(frozen=True, kw_only=True)
class Logo:
    """A picture as a browser gets it, and its own size, so that nothing moves when it arrives."""

    body: bytes
    media_type: str
    width: int
    height: int

    @property
    def fingerprint(self) -> str:
        """What changes with it, for its address."""
        return hashlib.sha256(self.body).hexdigest()[:10]

    @property
    def is_raster(self) -> bool:
        """Whether it is made of pixels, and can stand on a picture that we draw."""
        return self.media_type in _RASTERS.values()


def read_logo(path: str) -> Logo:
    """Return the logo in a file. Raises ValueError with a sentence about what is wrong."""
    try:
        body = Path(path).read_bytes()
    except OSError:
        raise ValueError(f"{path} is not a file that can be read.") from None
    if len(body) > MOST_BYTES:
        raise ValueError(
            f"{path} weighs {len(body) // 1024:,} KB; every page carries it, "
            f"so at most {MOST_BYTES // 1024} KB."
        )
    media_type, width, height = _described(path, body)
    if not (width and height):
        raise ValueError(f"{path} does not say how wide and high it is.")
    return Logo(body=body, media_type=media_type, width=width, height=height)


def read_raster(path: str) -> Logo:
    """Return the logo in a file, which can't be an SVG. Raises ValueError."""
    logo = read_logo(path)
    if not logo.is_raster:
        raise ValueError(f"{path} is an SVG; what is drawn on a picture is PNG, JPEG or WebP.")
    return logo


def pixels(body: bytes) -> Image.Image:
    """Return a raster as it is put on a picture. Raises ValueError or OSError where it is none."""
    with Image.open(io.BytesIO(body), formats=tuple(_RASTERS)) as image:
        if image.width * image.height > _MOST_PIXELS:
            raise _TooLarge
        # From the colours of print there is no way to those with transparency.
        return (image.convert("RGB") if image.mode == "CMYK" else image).convert("RGBA")


class _TooLarge(ValueError):
    pass


def _described(path: str, body: bytes) -> tuple[str, int, int]:
    if b"<svg" in body:
        return "image/svg+xml", *_size_of_svg(path, body)
    try:
        with Image.open(io.BytesIO(body), formats=tuple(_RASTERS)) as image:
            media_type = _RASTERS[image.format or ""]
        return media_type, *pixels(body).size
    except (_TooLarge, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ValueError(
            f"{path} has more than {_MOST_PIXELS // 1_000_000} million pixels."
        ) from None
    except UnidentifiedImageError:
        raise ValueError(f"{path} is none of: SVG, PNG, JPEG, WebP.") from None
    except (OSError, ValueError, SyntaxError):
        raise ValueError(f"{path} is damaged: it can't be read to its end.") from None


def _size_of_svg(path: str, body: bytes) -> tuple[int, int]:
    try:
        # The operator's own file, and a small one.
        root = ElementTree.fromstring(body)  # noqa: S314
    except ElementTree.ParseError as problem:
        raise ValueError(f"{path} is not well-formed: {problem}.") from None
    if root.tag != _SVG:
        raise ValueError(f"{path} is none of: SVG, PNG, JPEG, WebP.")
    box = root.get("viewBox", "").replace(",", " ").split()
    said = box[2:] if len(box) == 4 else [root.get("width", ""), root.get("height", "")]
    width, height = (_NUMBER.match(side) for side in said)
    return (round(float(width[0])), round(float(height[0]))) if width and height else (0, 0)
