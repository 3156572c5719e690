"""Advisories made up to try templates with: one that says all that can be said, one hardly any."""

from eventsched.domain.advisories import Advisory, Block
from eventsched.domain.issuer import Contact, Issuer

_FULL = Block(
    title="8th Annual Example Healthcare Conference",
    when="9:00 am MST / 11:00 am EST on Friday, November 11, 2011",
    venue="The Example Hotel",
    city="Phoenix, AZ",
    format="Presentation",
    presenters=("Jo Doe, President and CEO", "Kim Roe, Chief Financial Officer"),
    dial_in=("United States: +1 877 555 0100", "International: +44 20 7946 0958"),
    conference_id="13680421",
    listening=(
        "A live webcast of the presentation can be accessed at https://ir.example.com/.",
        "A replay will be available for one week.",
    ),
)
_BARE = Block(
    title="Annual Meeting & Q<A>",
    when="Time to be announced, November 15, 2011",
    venue="",
    city="",
    format="",
    presenters=(),
    dial_in=(),
    conference_id="",
    listening=(),
)
_ISSUER = Issuer(
    name="Example Pharma, Inc.",
    ticker="EXPH",
    exchange="Nasdaq",
    home_zone="America/New_York",
    domain="example.com",
    website="https://www.example.com",
    contact=Contact(
        name="Jo Doe", title="Investor relations", phone="+1 877 555 0100", email="ir@example.com"
    ),
)
_BARE_ISSUER = Issuer(
    name="Example Pharma, Inc.",
    ticker="",
    exchange="",
    home_zone="America/New_York",
    domain="example.com",
    website="",
    contact=Contact(),
)


def samples() -> tuple[Advisory, ...]:
    """Return the advisories: whatever a template may ask of one is there in one and not in the
    other.
    """
    lead = "Example Pharma, Inc. today announced that management will present."
    return (
        Advisory(
            headline="Example Pharma, Inc. to Present at Upcoming Investor Conferences",
            dateline="WALTHAM, Mass., November 2, 2011",
            lead=lead,
            blocks=(_FULL, _BARE),
            listening="A live webcast of each presentation can be accessed at our website.",
            issuer=_ISSUER,
        ),
        Advisory(
            headline="Example Pharma, Inc. Announces Annual Meeting",
            dateline="November 2, 2011",
            lead=lead,
            blocks=(_BARE,),
            listening="",
            issuer=_BARE_ISSUER,
        ),
    )
