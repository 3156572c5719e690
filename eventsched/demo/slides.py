"""A small deck of slides for the demo: real text in a PDF (ISO 32000-1), made when it is needed."""

from collections.abc import Sequence

_SHEET = (720, 405)
_HEAD, _LINE = 34, 18


def a_deck(pages: Sequence[tuple[str, Sequence[str]]]) -> bytes:
    """Return a PDF with a page for each heading and its lines, in ASCII: it brings no letters."""
    sheets = [_drawn(heading, lines) for heading, lines in pages]
    first_sheet = 4
    kids = " ".join(f"{first_sheet + 2 * n} 0 R" for n in range(len(sheets)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/Lang(en)>>",
        f"<</Type/Pages/Count {len(sheets)}/Kids[{kids}]>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for number, drawn in enumerate(sheets):
        content = first_sheet + 2 * number + 1
        objects += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Resources<</Font<</F 3 0 R>>>>"
            b"/Contents %d 0 R>>" % (*_SHEET, content),
            b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        ]
    return _written(objects)


def _drawn(heading: str, lines: Sequence[str]) -> bytes:
    said = [f"0.05 0.33 0.38 rg 0 395 720 10 re f BT /F {_HEAD} Tf 48 300 Td {_text(heading)} Tj"]
    said += [f"0 -48 Td /F {_LINE} Tf 0.2 g"]
    said += [f"{_text(line)} Tj 0 -30 Td" for line in lines]
    return " ".join([*said, "ET"]).encode("ascii")


def _text(words: str) -> str:
    escaped = words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"({escaped})"


def _written(objects: Sequence[bytes]) -> bytes:
    file, places = b"%PDF-1.4\n", []
    for number, said in enumerate(objects, start=1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, said)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(file))
    return file + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + end
