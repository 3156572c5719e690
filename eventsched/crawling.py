"""Reading a site as a stranger does: from address to address, each once, no cookie, no script."""

import html
import re
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

AGENT = "eventsched-leaks"
SECONDS_FOR_ONE = 20.0
MOST_BYTES = 8 * 1024 * 1024
# We are a stranger too, and wait when we are told to.
_PATIENCE = 4
_LONGEST_WAIT_SECONDS = 60

_LINK = re.compile(r"""(?:href|src|content|action)=["']([^"'<>\s]+)|<loc>([^<\s]+)""")
_ANYWHERE = re.compile(r"""https?://[^\s"'<>\\)\]]+""")
_TEXTUAL = ("text/", "json", "xml", "javascript", "svg")
_PRINTABLE = re.compile(rb"[\x20-\x7e]{8,}")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What an address answered; `path` is below the site's own, `leads_to` where it sent us."""

    path: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)

    @property
    def leads_to(self) -> str:
        """The address of a redirect, "" where there is none."""
        return next((said for name, said in self.headers if name.lower() == "location"), "")

    @property
    def type(self) -> str:
        """The media type, without parameters."""
        said = next((v for name, v in self.headers if name.lower() == "content-type"), "")
        return said.partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """What of the body can be read; of pictures and the like, what is plain text in them."""
        if any(kind in self.type for kind in _TEXTUAL):
            return self.body.decode("utf-8", "replace")
        return "\n".join(run.decode("ascii") for run in _PRINTABLE.findall(self.body))


Ask = Callable[[str], Answer]


class Unreachable(Exception):
    """The site does not answer; the message says how."""


def asking(address: str, *, host: str) -> Ask:
    """Return the way to ask the site at `address` for paths below it, by the name `host`."""
    opener = urllib.request.build_opener(_StayHere)
    headers = {"User-Agent": AGENT, "Host": host, "Accept-Encoding": "identity"}

    def ask(path: str) -> Answer:
        for _ in range(_PATIENCE):
            answer = ask_once(path)
            if answer.status != 429:
                break
            time.sleep(_wait_seconds(answer))
        return answer

    def ask_once(path: str) -> Answer:
        try:
            request = urllib.request.Request(address + path, headers=headers)  # noqa: S310
            with opener.open(request, timeout=SECONDS_FOR_ONE) as said:
                return _answer(path, said.status, said)
        except urllib.error.HTTPError as said:
            with said:
                return _answer(path, said.code, said)
        except (OSError, ValueError) as problem:
            raise Unreachable(f"{address}{path}: {problem}") from problem

    return ask


def crawl(ask: Ask, start: Iterable[str], *, base_url: str, most: int) -> Iterator[Answer]:
    """Yield what `start` and every address found from there answer, `most` answers at most.

    Stays on the site at `base_url` and out of the staff's pages. What is asked of a page in many
    ways (filters, years) comes after everything else.
    """
    plain, asked_of = deque(dict.fromkeys(start)), deque[str]()
    seen = set(plain)
    for _ in range(most):
        if not (plain or asked_of):
            return
        answer = ask((plain or asked_of).popleft())
        yield answer
        for path in _addresses(answer, base_url):
            if path not in seen:
                seen.add(path)
                (asked_of if "?" in path else plain).append(path)


def _addresses(answer: Answer, base_url: str) -> Iterator[str]:
    text = answer.text if answer.type != "application/javascript" else ""
    found = [html.unescape(one or other) for one, other in _LINK.findall(text)]
    found += [html.unescape(url) for url in _ANYWHERE.findall(text)]
    found += [answer.leads_to] if answer.leads_to else []
    for link in found:
        path = _below(link, answer.path, base_url)
        if path is not None and not _is_staff(path):
            yield path


def _below(link: str, here: str, base_url: str) -> str | None:
    try:
        url = urlsplit(urljoin(base_url + here, link.strip()))
    except ValueError:
        return None
    base = urlsplit(base_url)
    if (url.scheme, url.netloc) != (base.scheme, base.netloc) or not url.path.isprintable():
        return None
    if not url.path.startswith(base.path + "/") or not url.path.isascii():
        return None
    return url.path.removeprefix(base.path) + (f"?{url.query}" if url.query else "")


def _wait_seconds(answer: Answer) -> int:
    said = next((v for name, v in answer.headers if name.lower() == "retry-after"), "")
    return min(int(said), _LONGEST_WAIT_SECONDS) if said.isdecimal() else 1


def _is_staff(path: str) -> bool:
    return path.partition("?")[0].startswith("/staff/") and "/sign-in" not in path


def _answer(path: str, status: int, said: "urllib.request._UrlopenRet") -> Answer:
    return Answer(
        path=path, status=status, headers=tuple(said.headers.items()), body=said.read(MOST_BYTES)
    )


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None
