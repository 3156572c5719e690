"""What an operator may set, and a clear word about whatever is wrong with it.

Settings come from `EVENTSCHED_*` variables, or from a TOML file named by `EVENTSCHED_CONFIG` with
the same names in lower case and without the prefix. A variable wins over the file.
"""

import difflib
import os
import re
import secrets
import tomllib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from eventsched.logo import Logo, read_logo, read_raster
from eventsched.mail_settings import read_mail_server
from eventsched.mailing import MailServer
from eventsched.store.database import check_address

PREFIX = "EVENTSCHED_"
# Set by `eventsched demo` for its own processes, and by nobody else.
DEMO_CLOCK = "EVENTSCHED_DEMO_CLOCK"
_NOT_SETTINGS = {"EVENTSCHED_CONFIG", DEMO_CLOCK}


class Environment(StrEnum):
    """How strict to be: production refuses what development makes up for itself."""

    PRODUCTION = "production"
    DEVELOPMENT = "development"


class BadSettings(ValueError):
    """Settings are missing or wrong; `problems` names each of them."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything an operator may set.

    `base_url` is the public address, without a slash at the end; feeds and mails carry it.
    `trusted_proxies` counts the reverse proxies in front whose forwarded headers are believed.
    `document_megabytes` is the size of the largest file that staff may attach to an event.
    `held_megabytes` bounds what each web process holds of rendered answers; 0: it holds none.
    `probe_private` lets links be probed that lead into a private network.
    `hosts` are the names under which the site answers, in lower case; empty: any.
    `style_sheet` is the issuer's own CSS file, loaded after ours; it sets the ten variables.
    `logo` stands for the issuer's name on public pages, `logo_dark` in its place by night,
    `logo_share` on the pictures beside shared links, where `logo` is a drawing.
    `embed_parents` are the origins of the sites that may frame `/embed`.
    `release_templates` is the folder whose templates for releases win over ours, file by file.
    `feed_past_months` is how long an event stays in the calendars after its date.
    `leaving_notice` has the gates say where they lead before anyone leaves this site.
    `count_days` is how long daily counts are kept; 0: nothing is counted.
    `limit_forms`, `limit_gates` and `limit_searches` bound how often a minute one address may send
    a form, ask at a shut gate, and search, in each web process; 0: as often as it likes.
    `mail` is the mail server; None: mail waits until one is named.
    `bounces_key` lets that server hand in what came back at `/mail/bounces`; empty: nobody may.
    `alert_quiet` is how long an event has to be left alone before subscribers hear of a change.
    `demo_clock` is the path of a running demo's clock, None anywhere else.
    """

    environment: Environment
    data_dir: Path
    database_url: str
    secret_key: str
    base_url: str
    host: str
    port: int
    web_workers: int
    trusted_proxies: int
    session_lifetime: timedelta
    held_megabytes: int = 32
    document_megabytes: int = 50
    probe_private: bool
    hosts: tuple[str, ...] = ()
    style_sheet: Path | None = None
    logo: Logo | None = None
    logo_dark: Logo | None = None
    logo_share: Logo | None = None
    embed_parents: tuple[str, ...] = ()
    release_templates: Path | None = None
    feed_past_months: int = 12
    leaving_notice: bool = False
    count_days: int = 400
    limit_forms: int = 30
    limit_gates: int = 12_000
    limit_searches: int = 300
    mail: MailServer | None = None
    bounces_key: str = ""
    alert_quiet: timedelta = timedelta(minutes=5)
    demo_clock: Path | None = None


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Return the settings that `environ` and its TOML file give. Raises BadSettings."""
    source = _Source(environ)
    settings = _read(source)
    source.refuse_unknown()
    if source.problems:
        raise BadSettings(source.problems)
    return settings


def _read(source: "_Source") -> Settings:
    environment = source.get("environment", _environment, Environment.PRODUCTION)
    data_dir = source.get("data_dir", Path, Path("var"))
    port = source.get("port", _port, 8000)
    return Settings(
        environment=environment,
        data_dir=data_dir,
        database_url=source.get(
            "database_url", _database_url, f"sqlite:///{data_dir / 'eventsched.sqlite3'}"
        ),
        secret_key=_secret_key(source, environment, data_dir),
        base_url=source.get("base_url", _base_url, f"http://127.0.0.1:{port}"),
        host=source.get("host", str, "127.0.0.1"),
        port=port,
        web_workers=source.get("web_workers", _count(1, 64), 2),
        trusted_proxies=source.get("trusted_proxies", _count(0, 8), 0),
        session_lifetime=timedelta(hours=source.get("session_hours", _count(1, 24 * 31), 12)),
        held_megabytes=source.get("held_megabytes", _count(0, 4096), 32),
        document_megabytes=source.get("document_megabytes", _count(1, 500), 50),
        probe_private=source.get("probe_private", _yes_or_no, False),
        hosts=source.get("hosts", _hosts, ()),
        style_sheet=source.get("style_sheet", _readable_file, None),
        logo=source.get("logo", read_logo, None),
        logo_dark=source.get("logo_dark", read_logo, None),
        logo_share=source.get("logo_share", read_raster, None),
        embed_parents=source.get("embed_parents", _origins, ()),
        release_templates=source.get("release_templates", _readable_folder, None),
        feed_past_months=source.get("feed_past_months", _count(1, 120), 12),
        leaving_notice=source.get("leaving_notice", _yes_or_no, False),
        count_days=source.get("count_days", _count(0, 36_500), 400),
        limit_forms=source.get("limit_forms", _count(0, 1_000_000), 30),
        limit_gates=source.get("limit_gates", _count(0, 1_000_000), 12_000),
        limit_searches=source.get("limit_searches", _count(0, 1_000_000), 300),
        mail=read_mail_server(source.get, _count, source.problems),
        bounces_key=source.get("bounces_key", _random_enough, ""),
        alert_quiet=timedelta(minutes=source.get("alert_quiet_minutes", _count(0, 24 * 60), 5)),
        demo_clock=source.demo_clock,
    )


class _Source:
    """Looks settings up, variable first, and remembers what was wrong."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.problems: list[str] = []
        self._environ = environ
        self._file = self._read_file(environ.get("EVENTSCHED_CONFIG", ""))
        self._asked: set[str] = set()
        clock = environ.get(DEMO_CLOCK)
        self.demo_clock = Path(clock) if clock else None

    def get(self, name: str, read: Callable[[str], Any], default: Any) -> Any:
        """Return the setting as `read` understands it, `default` where it is absent or wrong."""
        self._asked.add(name)
        variable = PREFIX + name.upper()
        if variable in self._environ:
            said, where = self._environ[variable], variable
        elif name in self._file:
            said, where = str(self._file[name]), f"{name} in {self._environ['EVENTSCHED_CONFIG']}"
        else:
            return default
        try:
            return read(said)
        except ValueError as problem:
            self.problems.append(f"{where}: {problem}")
            return default

    def refuse_unknown(self) -> None:
        """Add a problem for every name that is no setting: most likely a slip of the pen."""
        given = [
            (variable, variable.removeprefix(PREFIX).lower())
            for variable in self._environ
            if variable.startswith(PREFIX) and variable not in _NOT_SETTINGS
        ]
        given += [(f"{name} in the configuration file", name) for name in self._file]
        for shown, name in given:
            if name not in self._asked:
                near = difflib.get_close_matches(name, self._asked, n=1)
                hint = f" Did you mean {PREFIX}{near[0].upper()}?" if near else ""
                self.problems.append(f"{shown} is not a setting.{hint}")

    def _read_file(self, path: str) -> dict[str, Any]:
        if not path:
            return {}
        try:
            return tomllib.loads(Path(path).read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as problem:
            self.problems.append(f"EVENTSCHED_CONFIG: can't read {path}: {problem}")
            return {}


def _secret_key(source: _Source, environment: Environment, data_dir: Path) -> str:
    key: str = source.get("secret_key", _random_enough, "")
    if key or source.problems:
        return key
    if environment is Environment.PRODUCTION:
        source.problems.append(
            "EVENTSCHED_SECRET_KEY is missing. Production needs one: 32 or more random characters, "
            "the same on every machine, for example from `openssl rand -hex 32`."
        )
        return ""
    try:
        return kept_secret_key(data_dir)
    except OSError as problem:
        source.problems.append(f"EVENTSCHED_DATA_DIR: can't keep a secret key there: {problem}")
        return ""


def kept_secret_key(data_dir: Path) -> str:
    """Return the key kept in `data_dir`, made on first use, readable by its owner alone."""
    kept = data_dir / "secret-key"
    data_dir.mkdir(parents=True, exist_ok=True)
    if not kept.exists() or not kept.stat().st_size:
        _make_secret_key(kept)
    return kept.read_text().strip()


def _make_secret_key(kept: Path) -> None:
    """Write a key whole, or leave the one that another process was faster to write."""
    made = kept.with_name(f"{kept.name}.{secrets.token_hex(8)}")
    made.touch(mode=0o600)
    made.write_text(secrets.token_hex(32))
    if kept.exists() and not kept.stat().st_size:
        kept.unlink(missing_ok=True)
    with suppress(FileExistsError):
        kept.hardlink_to(made)
    made.unlink()


def _environment(said: str) -> Environment:
    try:
        return Environment(said)
    except ValueError:
        raise ValueError(f"“{said}” is neither production nor development.") from None


def _database_url(said: str) -> str:
    scheme = urlsplit(said).scheme.partition("+")[0]
    if scheme not in ("sqlite", "postgresql"):
        raise ValueError(
            f"“{scheme}” is not a database we run on. Use sqlite:///file or "
            "postgresql://user:password@host/name."
        )
    check_address(said)
    return said


def _base_url(said: str) -> str:
    parts = urlsplit(said)
    bare = not (parts.query or parts.fragment or "@" in parts.netloc or said.split() != [said])
    if parts.scheme not in ("http", "https") or not parts.hostname or not bare:
        raise ValueError(f"“{said}” is not a web address such as https://ir.example.com.")
    return said.rstrip("/")


def _hosts(said: str) -> tuple[str, ...]:
    hosts = tuple(said.lower().replace(",", " ").split())
    for host in hosts:
        if not re.fullmatch(r"[a-z0-9.-]+|\[[0-9a-f:.]+\]", host, re.ASCII):
            raise ValueError(f"“{host}” is not the name of a host such as ir.example.com.")
    return hosts


def _readable_file(said: str) -> Path:
    path = Path(said)
    if not path.is_file() or not os.access(path, os.R_OK):
        raise ValueError(f"{said} is not a file that can be read.")
    return path


def _readable_folder(said: str) -> Path:
    path = Path(said)
    if not path.is_dir() or not os.access(path, os.R_OK | os.X_OK):
        raise ValueError(f"{said} is not a folder that can be read.")
    return path


def _origins(said: str) -> tuple[str, ...]:
    origins = tuple(said.replace(",", " ").split())
    for origin in origins:
        parts = urlsplit(origin)
        plain = f"{parts.scheme}://{parts.netloc}"
        harmless = re.fullmatch(r"(\*\.)?[a-zA-Z0-9.-]+(:\d{1,5})?", parts.netloc, re.ASCII)
        if parts.scheme not in ("http", "https") or origin != plain or not harmless:
            raise ValueError(f"“{origin}” is not a site such as https://www.example.com.")
    return origins


def _port(said: str) -> int:
    return _count(1, 65_535)(said)


def _count(least: int, most: int) -> Callable[[str], int]:
    def read(said: str) -> int:
        if not said.strip().isdecimal() or not least <= int(said) <= most:
            raise ValueError(f"“{said}” is not a whole number from {least} to {most}.")
        return int(said)

    return read


def _yes_or_no(said: str) -> bool:
    if said.lower() not in ("yes", "no"):
        raise ValueError(f"“{said}” is neither yes nor no.")
    return said.lower() == "yes"


def _random_enough(said: str) -> str:
    if len(said) < 16:
        raise ValueError("shorter than 16 characters; 32 random ones are good.")
    # systemd takes what stands behind a value for a part of it, and everybody can read that here.
    if said.split() != [said] or "#" in said or "…" in said:
        raise ValueError(
            "has a space, “#” or “…” in it, so it is no key alone. Comments need their own line."
        )
    return said
