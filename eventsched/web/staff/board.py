"""The board: what is next, and is it ready?"""

from flask import render_template
from werkzeug.wrappers import Response as AnyResponse

from eventsched.services import mail_desk
from eventsched.services.attention import cases
from eventsched.store import counts as count_store
from eventsched.store import site
from eventsched.web.asked import BadFilter
from eventsched.web.context import now, the_issuer, the_store, this_site
from eventsched.web.errors import error_page
from eventsched.web.staff import board_filters
from eventsched.web.staff.board_views import board_of
from eventsched.web.staff.count_views import FOUR_WEEKS, board_numbers, days_back
from eventsched.web.staff.guard import staff_blueprint

bp = staff_blueprint("staff", __name__)


@bp.get("/")
def board() -> str:
    """Show every event, or those that the address asks for, whatever their standing."""
    wish = board_filters.read()
    with the_store().reading() as session:
        events = this_site().known.every(session)
        found = cases(session, events, home_zone=the_issuer().home_zone, now=now())
        settings = this_site().settings
        # The demo sends none, and nobody has to do anything about that.
        can_mail = settings.mail is not None or settings.demo_clock is not None
        mail = mail_desk.matters(session, is_configured=can_mail, now=now())
        is_set_up = site.issuer(session) is not None
        board = board_of(found, wish, the_issuer(), now=now(), mail=mail)
        first, last = days_back(FOUR_WEEKS, home_zone=the_issuer().home_zone, now=now())
        counts = count_store.by_day(session, first, ["", *board.public_slugs])
    return render_template(
        "staff/board.html",
        board=board,
        is_set_up=is_set_up,
        numbers=board_numbers(counts, board.public_slugs, first=first, last=last),
        counts_days=settings.count_days,
    )


@bp.errorhandler(BadFilter)
def refuse(bad: BadFilter) -> AnyResponse:
    """Name the filter that can't be read."""
    return error_page(400, str(bad))
