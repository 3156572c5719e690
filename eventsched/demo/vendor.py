"""A stand-in for the webcast vendor, so that every link of the demo leads somewhere offline."""

import html
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>{heading}</title>
<style>
body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:15vh auto;padding:0 1.5rem}}
div{{aspect-ratio:16/9;border-radius:.5rem;background:#1b2530;color:#fff;display:grid;
place-items:center;font-size:1.4rem;text-align:center;padding:1rem}}</style></head>
<body><div>{heading}</div><p>This page stands in for the webcast vendor’s player:
<strong>{name}</strong>. It knows no opening hours; eventsched’s gates decide who is led here.</p>
</body></html>
"""
_HEADINGS = {"live": "You are watching live", "replay": "You are watching the replay"}


class _Player(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Answer any /live/NAME and /replay/NAME with a page that says so."""
        room, _, name = self.path.strip("/").partition("/")
        heading = _HEADINGS.get(room)
        status = 200 if heading else 404
        page = _PAGE.format(heading=heading or "Nothing here", name=html.escape(name or "?"))
        body = page.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet: the demo's terminal tells of events, not of requests."""


class Vendor:
    """The stand-in, serving on its own port from a thread until it is stopped."""

    def __init__(self, host: str, port: int) -> None:
        self._server = ThreadingHTTPServer((host, port), _Player)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def address(self) -> str:
        """The stand-in's address, without a slash at the end."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    def start(self) -> None:
        """Serve from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Serve no more."""
        self._server.shutdown()
        self._server.server_close()
