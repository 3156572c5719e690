"""The links in a mail by which a person, known by nothing but their mailbox, does what is theirs.

A link holds no address: a letter for what it is for, a number, a random key that the database
holds too, and a signature over these. Who reads the database can't make one, and who can make one
(the holder of the site's secret key) finds none of use after its key is gone.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from enum import StrEnum

_TOKEN = re.compile(r"([a-z])(\d{1,9})-([0-9a-f]{16})-([A-Za-z0-9_-]{22})", re.ASCII)


class LinkKind(StrEnum):
    """What a link is for. `MANAGE` lives as long as the subscription, the others for a while."""

    CONFIRM = "c"
    MANAGE = "m"
    DATA = "d"
    KIT = "k"


class BadLink(ValueError):
    """Nobody was sent this link: it was cut or altered on its way."""


@dataclass(frozen=True, kw_only=True)
class LinkToken:
    """What a link says: its kind, the number of a row, and that row's key."""

    kind: LinkKind
    number: int
    key: str


@dataclass(frozen=True, kw_only=True)
class Links:
    """Makes and reads links: `base_url` is the site's, without a slash at its end."""

    base_url: str
    secret: str = field(repr=False)

    def confirm(self, number: int, key: str) -> str:
        """Return the address where a sign-up is confirmed."""
        return self._address("alerts/confirm", LinkKind.CONFIRM, number, key)

    def preferences(self, number: int, key: str) -> str:
        """Return the address where wishes are changed."""
        return self._address("alerts/preferences", LinkKind.MANAGE, number, key)

    def unsubscribe(self, number: int, key: str) -> str:
        """Return the address where alerts are ended: GET asks, POST does (RFC 8058)."""
        return self._address("alerts/unsubscribe", LinkKind.MANAGE, number, key)

    def data(self, number: int, key: str) -> str:
        """Return the address where what is held can be had and erased."""
        return self._address("privacy/data", LinkKind.DATA, number, key)

    def kit(self, number: int, key: str) -> str:
        """Return the address where a request for an investor kit is confirmed."""
        return self._address("investor-kit/confirm", LinkKind.KIT, number, key)

    def token(self, kind: LinkKind, number: int, key: str) -> str:
        """Return the part of an address that says who is there."""
        said = f"{kind}{number}-{key}"
        return f"{said}-{self._signature(said)}"

    def read(self, token: str, kind: LinkKind) -> LinkToken:
        """Return what a token of that kind says. Raises BadLink unless we wrote every letter."""
        parts = _TOKEN.fullmatch(token)
        if parts is None or parts[1] != kind:
            raise BadLink
        said, signature = token[: parts.start(4) - 1], parts[4]
        if not hmac.compare_digest(signature, self._signature(said)):
            raise BadLink
        return LinkToken(kind=kind, number=int(parts[2]), key=parts[3])

    def _address(self, page: str, kind: LinkKind, number: int, key: str) -> str:
        return f"{self.base_url}/{page}/{self.token(kind, number, key)}"

    def _signature(self, said: str) -> str:
        # A purpose of its own, so that nothing else signed with the secret can pass for a link.
        digest = hmac.new(self.secret.encode(), f"personal link:{said}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest.digest()[:16]).decode().rstrip("=")
