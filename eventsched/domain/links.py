"""Web addresses as staff give them: where a webcast or a replay is to be found."""

import re
from contextlib import suppress
from ipaddress import ip_address
from urllib.parse import urlsplit

_OF_ONE_NETWORK = (".local", ".internal", ".lan", ".home.arpa", ".corp", ".intranet")


class UnusableLink(ValueError):
    """What was typed is no address that an investor could follow."""


def read_link(typed: str) -> str:
    """Return `typed` if it is a web address that leads somewhere public. Raises UnusableLink."""
    try:
        parts = urlsplit(typed)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        usable = False
    usable = usable and _names_a_host(parts.hostname or "")
    if not usable or parts.username is not None or re.search(r"[\s<>\"\\]", typed):
        raise UnusableLink("Give a web address that begins with https:// or http://.")
    if _is_private(parts.hostname or ""):
        raise UnusableLink("This address is inside a private network; investors can’t reach it.")
    return typed


def _names_a_host(host: str) -> bool:
    """Tell whether `host` can be asked for: “a..b” and a label of 64 letters stand in no DNS."""
    with suppress(ValueError):
        return bool(ip_address(host))
    try:
        return bool(host.encode("idna"))
    except UnicodeError:
        return False


def _is_private(host: str) -> bool:
    """Tell whether only some network of its own knows `host`: 10.0.0.7, “intranet”, “tv.local”.

    This machine itself is none: the demo's stand-in for a vendor is there.
    """
    with suppress(ValueError):
        address = ip_address(host)
        return not (address.is_global or address.is_loopback)
    name = host.lower().rstrip(".")
    return name != "localhost" and ("." not in name or name.endswith(_OF_ONE_NETWORK))
