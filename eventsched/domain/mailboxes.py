"""Email addresses as we take them: plain ones, in one spelling each."""

import re

# RFC 5321 §4.5.3.1: with the angle brackets of a path, no more than this can be delivered.
LONGEST = 254
_LONGEST_LOCAL = 64
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
_DOMAIN = re.compile(
    r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})",
    re.ASCII,
)


class BadMailbox(ValueError):
    """What was typed is no address that we can write to; the message says what to change."""


def mailbox_of(typed: str) -> str:
    """Return the address in lower case, a domain's other letters as xn--. Raises BadMailbox.

    One plain address and nothing else: no name beside it, no quotes, no second one, no control
    character that could become a header of a mail.
    """
    address = typed.strip(" ")
    if not address:
        raise BadMailbox("Give your email address.")
    if len(address) > LONGEST:
        raise BadMailbox(f"Too long: no email address has more than {LONGEST} characters.")
    local, at, domain = address.lower().rpartition("@")
    if not at or not local or not domain:
        raise BadMailbox("Give an email address, such as name@example.com.")
    if len(local) > _LONGEST_LOCAL or not _LOCAL.fullmatch(local):
        raise BadMailbox(
            "Before the @ we take letters from a to z, digits, dots, hyphens and the like, "
            "without spaces or quotes."
        )
    plain = _plain(domain)
    if not _DOMAIN.fullmatch(plain) or len(local) + len(plain) + 1 > LONGEST:
        raise BadMailbox("After the @ goes the name of a domain, such as example.com.")
    return f"{local}@{plain}"


def _plain(domain: str) -> str:
    """Return a domain's name as its records spell it: “bücher.example” is xn--bcher-kva.example."""
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
