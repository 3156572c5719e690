"""Who is asked for what, how fast it answered in each round, and whom it is compared with."""

from dataclasses import dataclass, field
from statistics import median

from bench import load
from bench.contestants import Server, ask


@dataclass(eq=False, kw_only=True)
class Question:
    """One thing that a contestant is asked for, and how fast it answered in each round."""

    name: str
    server: Server
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200
    is_slow: bool = False
    connections: int = load.CONNECTIONS
    rates: list[float] = field(default_factory=list)
    cpu_us: list[float] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The whole address."""
        return self.server.address + self.path

    @property
    def rate(self) -> float:
        """Requests a second, the median of the rounds."""
        return median(self.rates)

    def measure(self, seconds: float) -> None:
        """Ask for so long and note what came of it."""
        before = self.server.cpu_seconds()
        sample = load.burst(
            self.url,
            self.headers,
            seconds=6 if self.is_slow else seconds,
            connections=self.connections,
        )
        cpu = self.server.cpu_seconds() - before
        assert sample.wrong == 0, f"{self.name}: {sample.wrong} wrong answers"
        assert sample.requests > 0, f"{self.name}: no answer at all"
        self.rates.append(sample.rate)
        self.cpu_us.append(cpu / sample.requests * 1e6)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A line of the table: `ours` is to be at least `least` times as fast as `theirs`."""

    work: str
    ours: Question
    theirs: Question
    least: float

    @property
    def ratio(self) -> float:
        """How many times as fast ours is."""
        return self.ours.rate / self.theirs.rate


@dataclass
class Field:
    """Everybody who takes part."""

    questions: list[Question] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)

    def asks(self, name: str, server: Server, path: str, **asked: object) -> Question:
        """Add a question, tried once: a wrong answer ends the bench before it begins."""
        question = Question(name=name, server=server, path=path, **asked)  # type: ignore[arg-type]
        answer = ask(question.url, question.headers)
        assert answer.status == question.status, (name, answer.status)
        self.questions.append(question)
        return question

    def compares(self, work: str, ours: Question, theirs: Question, least: float) -> None:
        """Add a line to the table."""
        self.comparisons.append(Comparison(work=work, ours=ours, theirs=theirs, least=least))
