"""A company's own templates of releases: theirs where they work, ours where they don't."""

from pathlib import Path

import pytest

from eventsched.domain.sample_advisory import samples
from eventsched.typesetting import (
    FILES,
    built_in,
    faults_in,
    typeset,
    without_use,
)

FULL, BARE = samples()
OURS = typeset(FULL)


def put(folder: Path, **files: str | bytes) -> Path:
    for name, said in files.items():
        content = said.encode() if isinstance(said, str) else said
        (folder / name.replace("_", ".")).write_bytes(content)
    return folder


def test_theirs_win_file_by_file_and_as_they_are_at_that_moment(tmp_path: Path) -> None:
    put(tmp_path, about_txt="About us: {{ advisory.issuer.name }}")
    written = typeset(FULL, tmp_path)
    assert written.text == OURS.text.replace(
        OURS.text[OURS.text.index("About Ex") : OURS.text.index("CONTACT:")].rstrip("\n"),
        "About us: Example Pharma, Inc.",
    ).replace("Inc.\n\nCONTACT", "Inc.\nCONTACT")
    assert (written.html, written.faults) == (OURS.html, ())
    put(tmp_path, about_txt="Otherwise.", advisory_html="{{ advisory.headline }} & {{ '&' }}")
    assert "Otherwise.\nCONTACT" in typeset(FULL, tmp_path).text
    assert typeset(FULL, tmp_path).html == f"{FULL.headline} & &amp;\n"
    (tmp_path / "about.txt").unlink()
    assert typeset(FULL, tmp_path).text == OURS.text


@pytest.mark.parametrize(
    ("said", "line", "reason"),
    [
        ("One\n{% for x in %}", 2, "Expected an expression, got 'end of statement block'"),
        ("{{ advisory.headlin }}", 1, "'eventsched.domain.advisories.Advisory object' has no"),
        ("\n\n{{ event.title }}", 3, "'event' is undefined"),
        ('\n{% include "releases/legal.txt" %}', 2, "there is no template “releases/legal.txt”"),
        ('{% include "../settings.py" %}', 1, "there is no template “../settings.py”"),
        ('{% include "staff/page.html" %}', 1, "there is no template “staff/page.html”"),
        ('{% include "releases/advisory.txt" %}', 1, "maximum recursion depth exceeded"),
        ("{{ 1 // 0 }}", 1, "integer division or modulo by zero"),
        ("{{ advisory.__class__.__mro__ }}", 1, "access to attribute '__class__' of 'Advisory'"),
        ("{{ range(10 ** 9) | list }}", 1, "Range too big"),
        (b"\xff\xfe", None, "it is not text in UTF-8"),
        ("", None, "it says nothing"),
        ("x" * 1_000_001, None, "it is larger than 1 MB"),
    ],
)
def test_what_does_not_work_is_named_and_ours_stands_in(
    tmp_path: Path, said: str | bytes, line: int | None, reason: str
) -> None:
    written = typeset(FULL, put(tmp_path, advisory_txt=said))
    assert (written.text, written.html) == (OURS.text, OURS.html)
    [fault] = written.faults
    assert (fault.file, fault.line) == ("advisory.txt", line)
    assert fault.reason.startswith(reason)
    where = f"advisory.txt, line {line}: " if line else "advisory.txt: "
    assert fault.words.startswith(where + reason)
    assert fault.words.endswith(". The built-in one is used in its place.")


def test_a_fault_costs_the_file_that_it_is_in_and_no_other(tmp_path: Path) -> None:
    own = 'Ours to say.\n{% include "releases/about.txt" %}'
    put(tmp_path, advisory_txt=own, about_txt="\n{{ nothing }}", about_html="{{ nothing }}")
    written = typeset(FULL, tmp_path)
    assert written.text.startswith("Ours to say.\nAbout Example Pharma, Inc.")
    assert written.html == OURS.html
    assert [(fault.file, fault.line) for fault in written.faults] == [
        ("about.txt", 2),
        ("about.html", 1),
    ]


def test_both_of_theirs_that_fail_are_left_out(tmp_path: Path) -> None:
    put(tmp_path, advisory_txt="{% if %}", about_txt="{{ nothing }}", advisory_html="<p>So</p>")
    written = typeset(FULL, tmp_path)
    assert (written.text, written.html) == (OURS.text, "<p>So</p>\n")
    assert {fault.file for fault in written.faults} == {"advisory.txt", "about.txt"}


def test_a_piece_of_their_own_that_fails_costs_what_includes_it(tmp_path: Path) -> None:
    own = 'Hear, hear.\n{% include "releases/legal.txt" %}'
    put(tmp_path, advisory_txt=own, legal_txt="1\n2\n{{ nothing }}")
    written = typeset(FULL, tmp_path)
    assert written.text == OURS.text
    assert [(fault.file, fault.line) for fault in written.faults] == [("legal.txt", 3)]


def test_a_folder_that_is_gone_is_told_of(tmp_path: Path) -> None:
    written = typeset(FULL, tmp_path / "gone")
    assert (written.text, written.html) == (OURS.text, OURS.html)
    [fault] = written.faults
    assert fault.words.startswith(f"{tmp_path / 'gone'}: this folder can’t be read.")


def test_rare_branches_are_tried_too(tmp_path: Path) -> None:
    put(tmp_path, about_txt="{% if not advisory.listening %}{{ nothing }}{% endif %} About")
    assert typeset(FULL, tmp_path).faults == ()
    assert [fault.file for fault in faults_in(tmp_path)] == ["about.txt"]


def test_our_own_work_for_everything_that_can_be_said(tmp_path: Path) -> None:
    for name in FILES:
        (tmp_path / name).write_bytes((built_in() / name).read_bytes())
    assert (faults_in(tmp_path), without_use(tmp_path)) == ((), ())
    assert [typeset(one, tmp_path) for one in samples()] == [typeset(one) for one in samples()]


def test_files_that_nothing_asks_for_are_named(tmp_path: Path) -> None:
    put(tmp_path, advisory_txt='{% include "releases/legal.txt" %}', legal_txt="Legal.")
    put(tmp_path, advisery_html="x")
    (tmp_path / ".swp").touch()
    assert without_use(tmp_path) == ("advisery.html",)
    assert without_use(tmp_path / "gone") == ()


def test_a_file_that_nobody_can_read_says_nothing(tmp_path: Path) -> None:
    # Whose rights forbid it is read by root all the same; a process's memory begins with none.
    (tmp_path / "notes.txt").symlink_to("/proc/self/mem")
    assert without_use(tmp_path) == ("notes.txt",)
