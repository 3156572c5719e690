"""The settings of the mail server, and what is wrong with them."""

import ipaddress
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from eventsched.mailing import MailServer, Security

_PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}


def read_mail_server(
    get: Callable[[str, Callable[[str], Any], Any], Any],
    count: Callable[[int, int], Callable[[str], int]],
    problems: list[str],
) -> MailServer | None:
    """Return the mail server as the settings name it; None where they name none.

    `get` looks a setting up, `count` reads numbers; what is wrong is added to `problems`.
    """
    security = get("smtp_security", _security, Security.STARTTLS)
    server = MailServer(
        host=get("smtp_host", _host, ""),
        port=get("smtp_port", count(1, 65_535), _PORTS[security]),
        security=security,
        user=get("smtp_user", str, ""),
        password=get("smtp_password", str, ""),
        sender=get("smtp_from", _address, ""),
        bounces=get("smtp_bounces", _address, ""),
        connections=get("smtp_connections", count(1, 32), 4),
        per_domain=get("smtp_per_domain", count(0, 1_000_000), 0),
    )
    if not server.host:
        return None
    problems += _missing(server)
    return server


def _missing(server: MailServer) -> list[str]:
    missing = []
    if not server.sender:
        missing.append(
            "EVENTSCHED_SMTP_FROM is missing. With a mail server, mail needs a sender, for "
            "example ir@example.com."
        )
    if bool(server.user) != bool(server.password):
        missing.append("EVENTSCHED_SMTP_USER and EVENTSCHED_SMTP_PASSWORD go together.")
    if server.password and server.security is Security.NONE and not _is_here(server.host):
        missing.append(
            "EVENTSCHED_SMTP_SECURITY: a password is sent in the open with “none”. Use starttls "
            "or tls."
        )
    return missing


def _is_here(host: str) -> bool:
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def _security(said: str) -> Security:
    try:
        return Security(said.lower())
    except ValueError:
        raise ValueError(f"“{said}” is none of starttls, tls and none.") from None


def _host(said: str) -> str:
    if said and not re.fullmatch(r"[a-z0-9.-]+|[0-9a-f:.]+", said.lower(), re.ASCII):
        raise ValueError(f"“{said}” is not the name of a host such as smtp.example.com.")
    return said.lower()


def _address(said: str) -> str:
    local, domain = r"[a-z0-9!#$%&'*/=?^_`{|}~.+-]{1,64}", r"[a-z0-9.-]{1,250}"
    if not re.fullmatch(f"{local}@{domain}", said, re.ASCII | re.IGNORECASE):
        raise ValueError(f"“{said}” is not an email address such as ir@example.com.")
    return said
