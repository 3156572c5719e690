"""What every answer says to the browser for safety, and where cookies exist at all."""

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin


def content_policy(framed_by: tuple[str, ...] = ()) -> str:
    """Return the policy of a page that the sites `framed_by` (origins) may show in a frame."""
    parents = " ".join(framed_by) or "'none'"
    return "; ".join(
        (
            "default-src 'none'",
            *(f"{kind}-src 'self'" for kind in ("style", "script", "img", "font", "connect")),
            "form-action 'self'",
            "base-uri 'none'",
            f"frame-ancestors {parents}",
        )
    )


_HEADERS = {
    "Content-Security-Policy": content_policy(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
STAFF = "/staff"
SESSION_COOKIE = "eventsched_staff"


class StaffSessions(SecureCookieSessionInterface):
    """Sessions for the staff pages only. Everywhere else a cookie can't be set, even by mistake."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the session of a staff page; None, and so one that can't be written, elsewhere."""
        if request.path == STAFF or request.path.startswith(STAFF + "/"):
            return super().open_session(app, request)
        return None

    def get_cookie_path(self, _app: Flask) -> str:
        """Return the path under which browsers send the cookie: the staff pages'."""
        return request.script_root + STAFF

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """Tell whether an answer renews the cookie.

        A look at the sentence while somebody types does not: it may come back after a save, whose
        cookie holds what is to be said of it.
        """
        return request.endpoint != "editor.preview" and super().should_set_cookie(app, session)


def protect(app: Flask, *, over_tls: bool) -> None:
    """Add the headers for safety to every answer of `app`, and keep cookies to staff pages."""
    app.session_interface = StaffSessions()
    app.config.update(
        SESSION_COOKIE_NAME=SESSION_COOKIE,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=over_tls,
    )

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if over_tls:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        if request.path.startswith(STAFF):
            response.headers["Cache-Control"] = "no-store"
        return response
