"""What an operator may set; whatever is wrong with it is named, all of it, at the start."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from eventsched.mailing import MailServer, Security
from eventsched.settings import (
    BadSettings,
    Environment,
    Settings,
    kept_secret_key,
    load_settings,
)

KEY = "0123456789abcdef0123456789abcdef"


def problems(**said: str) -> list[str]:
    with pytest.raises(BadSettings) as bad:
        load_settings(variables({"SECRET_KEY": KEY} | said))
    return bad.value.problems


def variables(said: dict[str, str]) -> dict[str, str]:
    return {f"EVENTSCHED_{name}": value for name, value in said.items()}


def test_production_needs_a_key_and_nothing_else() -> None:
    assert load_settings(variables({"SECRET_KEY": KEY})) == Settings(
        environment=Environment.PRODUCTION,
        data_dir=Path("var"),
        database_url="sqlite:///var/eventsched.sqlite3",
        secret_key=KEY,
        base_url="http://127.0.0.1:8000",
        host="127.0.0.1",
        port=8000,
        web_workers=2,
        trusted_proxies=0,
        session_lifetime=timedelta(hours=12),
        probe_private=False,
    )


def test_production_without_a_key_is_refused_with_a_way_out() -> None:
    with pytest.raises(BadSettings) as bad:
        load_settings({})
    [problem] = bad.value.problems
    assert problem.startswith("EVENTSCHED_SECRET_KEY is missing. Production needs one")
    assert "openssl rand -hex 32" in problem


def test_development_makes_a_key_and_keeps_it(tmp_path: Path) -> None:
    said = variables({"ENVIRONMENT": "development", "DATA_DIR": str(tmp_path / "new")})
    keys = {load_settings(said).secret_key for _ in range(3)}
    assert len(keys) == 1
    assert len(keys.pop()) == 64
    assert (tmp_path / "new" / "secret-key").stat().st_mode & 0o777 == 0o600


def test_processes_that_start_at_once_make_one_key(tmp_path: Path) -> None:
    for number in range(20):
        folder = tmp_path / str(number)
        with ThreadPoolExecutor(8) as starters:
            keys = set(starters.map(lambda _, f=folder: kept_secret_key(f), range(8)))
        assert [len(key) for key in keys] == [64]


def test_a_key_that_was_never_written_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "secret-key").touch()
    assert len(kept_secret_key(tmp_path)) == 64


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("ENVIRONMENT", "prod", "“prod” is neither production nor development."),
        ("PORT", "0", "“0” is not a whole number from 1 to 65535."),
        ("PORT", "65536", "“65536” is not a whole number from 1 to 65535."),
        ("PORT", "eighty", "“eighty” is not a whole number from 1 to 65535."),
        ("PORT", "", "“” is not a whole number from 1 to 65535."),
        ("WEB_WORKERS", "-1", "“-1” is not a whole number from 1 to 64."),
        ("TRUSTED_PROXIES", "9", "“9” is not a whole number from 0 to 8."),
        ("SESSION_HOURS", "0", "“0” is not a whole number from 1 to 744."),
        ("RELEASE_TEMPLATES", "/no/such", "/no/such is not a folder that can be read."),
        ("RELEASE_TEMPLATES", __file__, f"{__file__} is not a folder that can be read."),
        ("FEED_PAST_MONTHS", "0", "“0” is not a whole number from 1 to 120."),
        ("FEED_PAST_MONTHS", "121", "“121” is not a whole number from 1 to 120."),
        ("FEED_PAST_MONTHS", "a year", "“a year” is not a whole number from 1 to 120."),
        ("SECRET_KEY", "short", "shorter than 16 characters; 32 random ones are good."),
        ("BASE_URL", "ir.example.com", "“ir.example.com” is not a web address such as {ours}"),
        ("BASE_URL", "ftp://x.com", "“ftp://x.com” is not a web address such as {ours}"),
        ("BASE_URL", "https://", "“https://” is not a web address such as {ours}"),
        ("BASE_URL", "https://x.com/?a", "“https://x.com/?a” is not a web address such as {ours}"),
        ("BASE_URL", "https://x.com/#a", "“https://x.com/#a” is not a web address such as {ours}"),
        ("BASE_URL", "https://x.com\n", "“https://x.com\n” is not a web address such as {ours}"),
        ("BASE_URL", "https://a@x.com", "“https://a@x.com” is not a web address such as {ours}"),
    ],
)
def test_a_wrong_value_is_named(name: str, value: str, problem: str) -> None:
    full = problem.replace("{ours}", "https://ir.example.com.")
    assert problems(**{name: value}) == [f"EVENTSCHED_{name}: {full}"]


@pytest.mark.parametrize("behind", ["  # openssl rand -hex 32", "#comment", " ", "\tx", "…", "\n"])
def test_a_key_with_something_behind_it_is_refused(behind: str) -> None:
    [problem] = problems(SECRET_KEY=KEY + behind)
    assert problem.startswith("EVENTSCHED_SECRET_KEY: has a space, “#” or “…” in it")


# The mail server


def test_a_mail_server_needs_a_name_and_a_sender() -> None:
    said = {"SECRET_KEY": KEY, "SMTP_HOST": "smtp.example.com", "SMTP_FROM": "ir@example.com"}
    assert load_settings(variables(said)).mail == MailServer(
        host="smtp.example.com",
        port=587,
        security=Security.STARTTLS,
        user="",
        password="",
        sender="ir@example.com",
        bounces="",
        connections=4,
        per_domain=0,
    )


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_each_way_to_the_mail_server_has_its_port(security: str, port: int) -> None:
    said = {"SMTP_HOST": "smtp", "SMTP_FROM": "ir@example.com", "SMTP_SECURITY": security}
    mail = load_settings(variables(said | {"SECRET_KEY": KEY})).mail
    assert mail is not None
    assert mail.port == port


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"SMTP_FROM": ""}, "SMTP_FROM: “” is not an email address such as ir@example.com."),
        ({"SMTP_FROM": "a@b\nBcc: x@y"}, "SMTP_FROM: “a@b\nBcc: x@y” is not an email address such"),
        ({"SMTP_PORT": "0"}, "SMTP_PORT: “0” is not a whole number from 1 to 65535."),
        ({"SMTP_SECURITY": "ssl"}, "SMTP_SECURITY: “ssl” is none of starttls, tls and none."),
        ({"SMTP_HOST": "smtp://x"}, "SMTP_HOST: “smtp://x” is not the name of a host such as"),
        ({"SMTP_USER": "ir"}, "SMTP_USER and EVENTSCHED_SMTP_PASSWORD go together."),
        (
            {"SMTP_USER": "ir", "SMTP_PASSWORD": "x", "SMTP_SECURITY": "none"},
            "SMTP_SECURITY: a password is sent in the open with “none”. Use starttls or tls.",
        ),
    ],
)
def test_what_is_wrong_with_the_mail_server_is_named(said: dict[str, str], problem: str) -> None:
    given = {"SMTP_HOST": "smtp.example.com", "SMTP_FROM": "ir@example.com"} | said
    found = problems(**given)
    assert found[0].startswith(f"EVENTSCHED_{problem}")


@pytest.mark.parametrize(
    "url",
    [
        *("mysql://u:pw@h/d", "", "events.db", "postgres", "sqlite:/x", "sqlite+foo:///x"),
        *("postgresql+psycopg2://u:pw@h/d", "postgresql://u:pw@h:port/d"),
    ],
)
def test_a_database_that_we_do_not_run_on_is_named_without_its_password(url: str) -> None:
    [problem] = problems(DATABASE_URL=url)
    assert problem.startswith("EVENTSCHED_DATABASE_URL: ")
    assert "pw" not in problem


def test_every_problem_is_named_at_once() -> None:
    found = problems(PORT="x", WEB_WORKERS="y", ENVIRONMENT="z")
    assert [problem.partition(":")[0] for problem in found] == [
        "EVENTSCHED_ENVIRONMENT",
        "EVENTSCHED_PORT",
        "EVENTSCHED_WEB_WORKERS",
    ]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("DATABSE_URL", " Did you mean EVENTSCHED_DATABASE_URL?"),
        ("SECRETKEY", " Did you mean EVENTSCHED_SECRET_KEY?"),
        ("FLAVOUR", ""),
    ],
)
def test_a_slip_of_the_pen_is_noticed(name: str, hint: str) -> None:
    assert problems(**{name: "x"}) == [f"EVENTSCHED_{name} is not a setting.{hint}"]


# The file


def a_file(tmp_path: Path, text: str | bytes) -> dict[str, str]:
    file = tmp_path / "eventsched.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return {"CONFIG": str(file)}


def test_a_variable_wins_over_the_file(tmp_path: Path) -> None:
    said = a_file(tmp_path, f'secret_key = "{KEY}"\nport = 9000\nweb_workers = 3\n')
    settings = load_settings(variables(said | {"PORT": "9001"}))
    assert (settings.port, settings.web_workers, settings.secret_key) == (9001, 3, KEY)
    assert settings.base_url == "http://127.0.0.1:9001"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("port = 0", "port in {file}: “0” is not a whole number from 1 to 65535."),
        (
            "prot = 1",
            "prot in the configuration file is not a setting. Did you mean EVENTSCHED_PORT?",
        ),
        ("[port]\na = 1", "port in {file}: “{'a': 1}” is not a whole number from 1 to 65535."),
    ],
)
def test_a_wrong_value_in_the_file_is_named_with_the_file(
    tmp_path: Path, text: str, problem: str
) -> None:
    said = a_file(tmp_path, text)
    assert problems(**said) == [problem.replace("{file}", said["CONFIG"])]


@pytest.mark.parametrize("text", ["port 8000", b"\xff\xfe", "port = [", "a = " + "9" * 5000])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, text: Any) -> None:
    said = a_file(tmp_path, text)
    [problem] = problems(**said)
    assert problem.startswith(f"EVENTSCHED_CONFIG: can't read {said['CONFIG']}: ")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    [problem] = problems(CONFIG=str(tmp_path / "nothing.toml"))
    assert problem.startswith("EVENTSCHED_CONFIG: can't read ")


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    with pytest.raises(BadSettings, match="EVENTSCHED_DATA_DIR: "):
        load_settings(
            variables({"ENVIRONMENT": "development", "DATA_DIR": str(tmp_path / "taken" / "data")})
        )
