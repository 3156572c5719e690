"""Small files of each format, whole and spoilt, made here so that no binary lies in the project."""

import io
import zipfile

from PIL import Image

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
TEXT = b"Operator: Good day, and welcome.\n"
_OFFICE = "application/vnd.openxmlformats-officedocument"
_TYPES = '<Types><Override PartName="/main.xml" ContentType="{}"/></Types>'
PPTX_TYPE = f"{_OFFICE}.presentationml.presentation.main+xml"
DOCX_TYPE = f"{_OFFICE}.wordprocessingml.document.main+xml"
PPTM_TYPE = "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml"


def a_zip(**parts: bytes) -> bytes:
    """Return a ZIP of these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, held in parts.items():
            packed.writestr(name, held)
    return file.getvalue()


def an_office_file(main: str, **parts: bytes) -> bytes:
    return a_zip(**{"[Content_Types].xml": _TYPES.format(main).encode()} | parts)


def a_picture(format: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (20, 20), "teal").save(file, format)
    return file.getvalue()


PPTX = an_office_file(PPTX_TYPE)
DOCX = an_office_file(DOCX_TYPE)
PPTM = an_office_file(PPTM_TYPE)
HIDDEN_MACROS = an_office_file(PPTX_TYPE, **{"ppt/vbaProject.bin": b"macro"})
