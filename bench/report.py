"""What came out: a table to read, JSON to compare, a chart, and what falls short."""

import json
from dataclasses import asdict, dataclass
from html import escape
from math import log10
from pathlib import Path

# What each number of events has to keep to, beside the table of ratios.
_MOST = {
    "poll_growth": (10_000, 1.1, "a 304 costs the same"),
    "edited_ms": (10_000, 25.0, "first feed after an edit, ms"),
    "first_ms": (10_000, 300.0, "first feed after a restart, ms"),
}
_MOST_MEGABYTES = {1_000: 120.0, 10_000: 250.0}
_LEAST_IDLE = 99.0


@dataclass(frozen=True, kw_only=True)
class Line:
    """One comparison; `least` is 0 where nothing was promised.

    `cpu_ratio` is the same in processor time: steadier where the machine has other work too.
    """

    work: str
    ours: float
    theirs: float
    ratio: float
    cpu_ratio: float
    least: float

    @property
    def falls_short(self) -> bool:
        """Whether less came out than was promised."""
        return self.ratio < self.least


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """All that was measured. `rates` are requests a second and CPU microseconds each."""

    began_at: str
    took_seconds: int
    machine: str
    generator: str
    rounds: str
    lines: list[Line]
    rates: dict[str, tuple[float, float]]
    growth: list[dict[str, float]]
    absent: list[str]


def publish(outcome: Outcome, folder: Path) -> int:
    """Write the files, print the table, and return how many lines fall short."""
    folder.mkdir(parents=True, exist_ok=True)
    short = shortfalls(outcome)
    (folder / "bench.json").write_text(json.dumps(asdict(outcome), indent=1) + "\n")
    (folder / "bench.md").write_text(table(outcome, short))
    (folder / "bench.svg").write_text(chart(outcome))
    print(table(outcome, short))
    return len(short)


def shortfalls(outcome: Outcome) -> list[str]:
    """Return every promise that was not kept, in words."""
    short = [
        f"{line.work}: {line.ratio} where {line.least:g} was promised"
        for line in outcome.lines
        if line.falls_short
    ]
    for row in outcome.growth:
        for name, (events, most, words) in _MOST.items():
            if row["events"] == events and row[name] > most:
                short.append(f"{words}, at {events:,} events: {row[name]} where {most:g} is most")
        most = _MOST_MEGABYTES.get(int(row["events"]), 1e9)
        if row["megabytes"] > most:
            short.append(f"memory at {row['events']:,} events: {row['megabytes']} MB, not {most:g}")
        if row["idle_percent"] < _LEAST_IDLE:
            short.append(f"idle at 28 polls a second: {row['idle_percent']} %, not {_LEAST_IDLE:g}")
    return short + outcome.absent


def table(outcome: Outcome, short: list[str]) -> str:
    """Return the outcome as Markdown."""
    said = [
        f"{outcome.began_at}, {outcome.took_seconds} s. {outcome.machine}.",
        f"Asked by {outcome.generator}; {outcome.rounds}.",
        "",
        "| work, against | ours/s | theirs/s | ratio | in processor time | promised |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for line in outcome.lines:
        promised = f"{line.least:g}" if line.least else "–"
        mark = " **short**" if line.falls_short else ""
        said.append(
            f"| {line.work} | {line.ours:,.0f} | {line.theirs:,.1f} | {line.ratio:,.2f}{mark}"
            f" | {line.cpu_ratio:,.2f} | {promised} |"
        )
    said += ["", "| asked | requests/s | CPU µs each |", "|---|---:|---:|"]
    said += [
        f"| {name} | {rate:,.1f} | {cpu:,.1f} |" for name, (rate, cpu) in outcome.rates.items()
    ]
    said += [
        "",
        "| events | 304s/s | growth | CPU µs | idle at 28/s | edited | restarted | memory |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    said += [
        f"| {row['events']:,} | {row['polls']:,} | {row['poll_growth']} | {row['poll_cpu_us']} "
        f"| {row['idle_percent']} % | {row['edited_ms']} ms | {row['first_ms']} ms "
        f"| {row['megabytes']} MB |"
        for row in outcome.growth
    ]
    said += ["", "Falls short:" if short else "Everything that was promised is kept."]
    return "\n".join([*said, *(f"- {words}" for words in short)]) + "\n"


def chart(outcome: Outcome) -> str:
    """Return the ratios as bars on a logarithmic scale, with a mark at what was promised."""
    height, left, width = 26, 330, 330
    most = max(log10(max(line.ratio, 10)) for line in outcome.lines)

    def x(ratio: float) -> float:
        return left + width * (log10(max(ratio, 0.1)) + 1) / (most + 1)

    rows = []
    for number, line in enumerate(outcome.lines):
        y = 34 + number * height
        colour = "#b3261e" if line.falls_short else "#1b6e5a"
        rows.append(
            f'<text x="{left - 10}" y="{y + 13}" text-anchor="end">{escape(line.work)}</text>'
            f'<rect x="{left}" y="{y}" width="{x(line.ratio) - left:.0f}" height="17"'
            f' fill="{colour}"/><text x="{x(line.ratio) + 6:.0f}" y="{y + 13}">'
            f"{line.ratio:,.2f}</text>"
        )
        if line.least:
            at = f"{x(line.least):.0f}"
            rows.append(f'<path d="M{at} {y - 3}v23" stroke="#111" stroke-width="2"/>')
    tall = 44 + len(outcome.lines) * height
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 {tall}" role="img"'
        f' font-family="sans-serif" font-size="13"><title>How many times as fast, on a'
        f' logarithmic scale; the mark is what was promised</title><rect width="760"'
        f' height="{tall}" fill="#fff"/><text x="10" y="18" font-weight="bold">How many times as'
        f" fast; the mark is what was promised</text>{''.join(rows)}</svg>\n"
    )
