"""The mail: what is being sent, what waits, what was given up and why."""

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from eventsched.domain.notices import masked
from eventsched.domain.wording import happened_words
from eventsched.services import mail_desk
from eventsched.web.context import now, the_issuer, the_store, this_site
from eventsched.web.staff.guard import staff_blueprint, who

_LARGEST_NUMBER = 2**31 - 1

bp = staff_blueprint("mail", __name__)


@bp.get("/mail")
def mail() -> str:
    """Show the state of all mail."""
    desk, zone = mail_desk.look(the_store(), now=now()), the_issuer().home_zone
    return render_template(
        "staff/mail.html",
        desk=desk,
        is_configured=this_site().settings.mail is not None,
        is_demo=this_site().settings.demo_clock is not None,
        most_shown=mail_desk.MOST_PARKED_SHOWN,
        masked=masked,
        when=lambda instant: happened_words(instant, zone),
    )


@bp.post("/mail/retry")
def retry_all() -> AnyResponse:
    """Try everything that was given up once more."""
    count = mail_desk.retry(the_store(), None, by=who().email, now=now())
    flash(f"{count} {'mail is' if count == 1 else 'mails are'} tried again.")
    return _back()


@bp.post("/mail/<int:number>/retry")
def retry(number: int) -> AnyResponse:
    """Try one mail once more."""
    if number > _LARGEST_NUMBER or not mail_desk.retry(
        the_store(), number, by=who().email, now=now()
    ):
        abort(404)
    flash("That mail is tried again.")
    return _back()


@bp.post("/mail/<int:number>/drop")
def drop(number: int) -> AnyResponse:
    """Give one mail up."""
    if number > _LARGEST_NUMBER or not mail_desk.drop(
        the_store(), number, by=who().email, now=now()
    ):
        abort(404)
    flash("That mail is given up.")
    return _back()


@bp.post("/mail/stopped/<int:number>/lift")
def lift(number: int) -> AnyResponse:
    """Let mail go to an address again."""
    if number > _LARGEST_NUMBER or not mail_desk.lift(the_store(), number):
        abort(404)
    flash("Mail goes to that address again.")
    return _back()


def _back() -> AnyResponse:
    return redirect(url_for("mail.mail"), code=303)
