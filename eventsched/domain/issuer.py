"""The company that runs this installation."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Whom investors may ask; every part may be empty."""

    name: str = ""
    title: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class Issuer:
    """The issuer: one an installation.

    `ticker` is a symbol alone (“IMGN”), `exchange` the market (“Nasdaq”), `home_zone` an IANA name,
    `domain` the domain name under which event UIDs are issued, `website` a full address or "".
    `told_since` is when something that calendars tell of it last changed, None where nothing has.
    """

    name: str
    ticker: str
    exchange: str
    home_zone: str
    domain: str
    website: str
    contact: Contact
    told_since: datetime | None = None

    @property
    def listing(self) -> str:
        """The market and symbol as releases write them: “Nasdaq: IMGN”, or ""."""
        return ": ".join(part for part in (self.exchange, self.ticker) if part)
