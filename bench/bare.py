"""Bare Flask: routes that hand out constant bytes, the least that a Flask application can do."""

import os
from pathlib import Path

from flask import Flask, Response, redirect, request

app = Flask(__name__)
KNOWN = '"constant"'
BODIES = {file.name: file.read_bytes() for file in Path(os.environ["BENCH_BODIES"]).iterdir()}


@app.get("/body/<name>")
def body(name: str) -> Response:
    headers = {"ETag": KNOWN, "Cache-Control": "public, max-age=60", "Vary": "Accept-Encoding"}
    if request.headers.get("If-None-Match") == KNOWN:
        return Response(status=304, headers=headers)
    if name.endswith(".gz"):
        headers["Content-Encoding"] = "gzip"
    kind = "text/calendar; charset=utf-8" if ".ics" in name else "text/html; charset=utf-8"
    return Response(BODIES[name], headers=headers, content_type=kind)


@app.get("/gate")
def gate() -> Response:
    response = redirect("https://vendor.example/live", code=302)
    response.headers["Cache-Control"] = "no-store"
    return response  # type: ignore[return-value]
