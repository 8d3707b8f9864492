"""Who competes with whom: processes that work by turns, so that all meet the same machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.peers import shapes
from tests.bench.peers.environments import python_of
from tests.bench.peers.rows import Numbers
from tests.bench.peers.turns import ONE_CORE, threads

ROOT = Path(__file__).parents[3]
BEAMS = {"greedy": 1, "beam": 5}


@dataclass(frozen=True)
class Plan:
    """How long everything takes."""

    work: Path  # environments, prepared corpora, runs, logs
    rounds: int = 3
    window: float = 8.0  # seconds of training for each number
    learning: float = 300.0  # seconds of training from scratch
    teaching: float = 180.0  # seconds until what B writes comes to an end
    long: float = 600.0  # seconds after which the memory has grown as far as it will
    one_core: bool = False
    runs_name: str = "runs"  # another where little is learnt

    @property
    def runs(self) -> Path:
        """Where what is trained is kept."""
        return self.work / self.runs_name

    def is_done(self, part: str) -> bool:
        """Tell whether a part came to its end, with the shapes as they are."""
        mark = self.runs / f"{part}.done"
        return mark.exists() and mark.read_text("utf-8") == _shapes()

    def note_done(self, part: str) -> None:
        """Note that a part came to its end; what was interrupted is never taken for whole."""
        self.runs.mkdir(parents=True, exist_ok=True)
        (self.runs / f"{part}.done").write_text(_shapes(), encoding="utf-8")


def _shapes() -> str:
    """Return all that models and corpora are made with, as text."""
    return str({name: value for name, value in vars(shapes).items() if name.isupper()})


class Contestant:
    """A process that is measured: it waits until it is its turn."""

    def __init__(self, plan: Plan, who: str, module: str, *arguments: str) -> None:
        environment = module if module not in ("ours", "bare") else ""
        python = python_of(environment, plan.work / "environments")
        given = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        if plan.one_core:
            given |= {ONE_CORE: "1", "OMP_NUM_THREADS": "1"}
        logs = plan.work / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        self.log = logs / f"{who.replace('/', '-')}.log"
        with self.log.open("w", encoding="utf-8") as log:
            self._process = subprocess.Popen(
                [python, "-m", f"tests.bench.peers.{module}", *arguments], cwd=ROOT, env=given,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
                encoding="utf-8",
            )  # fmt: skip
        self.first = self._answer()

    def turn(self, **request: Any) -> dict[str, Any]:
        """Let it work, and return what it found."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def close(self) -> None:
        """Tell it that it is over, and wait until it has saved what it has."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"it ended too early; see {self.log}")
        answer: dict[str, Any] = json.loads(line)
        return answer


Call = tuple[str, ...]  # a module here, and its arguments


@dataclass
class Contest:
    """Several processes that work by turns."""

    plan: Plan
    name: str
    calls: dict[str, Call]
    contestants: dict[str, Contestant] = field(default_factory=dict)

    def __enter__(self) -> Contest:
        for who, call in self.calls.items():
            _tell(f"{self.name}: {who} begins")
            self.contestants[who] = Contestant(self.plan, f"{self.name}/{who}", *call)
        return self

    def __exit__(self, *_: object) -> None:
        for contestant in self.contestants.values():
            contestant.close()

    def rounds(self, **request: Any) -> dict[str, list[dict[str, Any]]]:
        """Give everyone a turn to warm up, then so many that count, in changing order."""
        found: dict[str, list[dict[str, Any]]] = {who: [] for who in self.calls}
        for number in range(self.plan.rounds + 1):
            order = list(self.contestants.items())
            for who, contestant in order if number % 2 else reversed(order):
                answer = contestant.turn(**request)
                if number:
                    found[who].append(answer)
                _tell(f"{self.name}: {who} {answer}")
        return found


def _tell(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def training(
    plan: Plan, name: str, calls: dict[str, Call], taught: tuple[str, ...] = ()
) -> Numbers:  # fmt: skip
    """Let all train; the numbers are tokens a second. Some are taught until they can translate."""
    with Contest(plan, name, calls) as contest:
        found = contest.rounds(seconds=plan.window)
        for who in taught:
            _tell(f"{name}: {who} {contest.contestants[who].turn(seconds=plan.teaching)}")
    return {
        **{f"{name}/{who}": [answer["speed"] for answer in answers]
           for who, answers in found.items()},
        f"{name}/memory": [found["ours"][-1]["memory"]],
    }  # fmt: skip


def translating(plan: Plan, model: str, calls: dict[str, Call], unit: str) -> Numbers:
    """Let all translate; the numbers are sentences or pieces a second."""
    numbers: Numbers = {}
    with Contest(plan, f"translate-{model}", calls) as contest:
        for search, beam in BEAMS.items():
            for who, answers in contest.rounds(beam=beam).items():
                numbers[f"{search}-{model}/{who}"] = [answer[unit] for answer in answers]
    return numbers


def ours(plan: Plan, model: str, precision: str = "float32") -> Call:
    """Return the call that trains one of our models."""
    run = plan.runs / f"ours-{model}-{precision}"
    return ("ours", "train", str(plan.work), "--model", model, "--precision", precision,
            "--run", str(run))  # fmt: skip


def bare(plan: Plan, model: str, precision: str = "float32", data: str = "data") -> Call:
    """Return the call that trains the same by hand."""
    return "bare", model, str(plan.work / data), "--precision", precision


def peer(plan: Plan, module: str, task: str, model: str) -> Call:
    """Return the call of another toolkit."""
    run = plan.runs / f"{module}-{model}"
    return module, task, str(plan.work), "--model", model, "--run", str(run)


def train_a(plan: Plan) -> Numbers:
    """Train A."""
    return training(plan, "train-A", {
        "ours": ours(plan, "A"), "ours-bfloat16": ours(plan, "A", "bfloat16"),
        "bare": bare(plan, "A"), "bare-bfloat16": bare(plan, "A", "bfloat16"),
        "OpenNMT-py": peer(plan, "opennmt", "train", "A"),
        "Joey-NMT": peer(plan, "joey", "train", "A"),
    })  # fmt: skip


def train_b(plan: Plan) -> Numbers:
    """Train B, with input feeding and without."""
    return training(plan, "train-B", {
        "ours": ours(plan, "B"), "ours-bfloat16": ours(plan, "B", "bfloat16"),
        "ours-joint": ours(plan, "B-joint"),
        "bare": bare(plan, "B"), "bare-joint": bare(plan, "B-joint"),
        "bare-bfloat16": bare(plan, "B", "bfloat16"),
        "OpenNMT-py": peer(plan, "opennmt", "train", "B"),
        "Joey-NMT": peer(plan, "joey", "train", "B"),
    }, taught=("ours", "Joey-NMT"))  # fmt: skip


def train_small(plan: Plan) -> Numbers:
    """Train a small model on the phrasebook."""
    own = ("--prepared", "phrasebook")
    calls = {"ours": (*ours(plan, "small"), *own), "bare": bare(plan, "small", data="small")}
    return training(plan, "small", calls)


def learn(plan: Plan) -> Numbers:
    """Train A from scratch in bfloat16, then as many steps in float32; score both."""
    call = ("ours", "learn", str(plan.work), "--batch-tokens", "2048")
    answers: dict[str, dict[str, Any]] = {}
    for precision in ("bfloat16", "float32"):
        limit = ("--steps", str(answers["bfloat16"]["steps"])) if answers else (
            "--seconds", str(plan.learning))  # fmt: skip
        run = ("--precision", precision, "--run", str(plan.runs / f"learnt-{precision}"))
        contestant = Contestant(plan, f"learn/{precision}", *call, *limit, *run)
        answers[precision] = contestant.first
        contestant.close()
        _tell(f"learn: {precision} {contestant.first}")
    return {f"learn/{precision}": [answer["bleu"]] for precision, answer in answers.items()}


def memory(plan: Plan) -> Numbers:
    """Train A in bfloat16 for a long time."""
    with Contest(plan, "memory", {"ours": ours(plan, "A", "bfloat16")}) as contest:
        answer = contest.contestants["ours"].turn(seconds=plan.long)
    return {"memory/bfloat16": [answer["memory"]]}


def translate_a(plan: Plan) -> Numbers:
    """Translate with the same weights of A."""
    learnt = str(plan.runs / "learnt-float32")
    Contestant(plan, "weights", "ours", "weights", str(plan.work), "--run", learnt).close()
    cores = str(1 if plan.one_core else threads())
    each = ("ctranslate", str(plan.work), "--workers")
    return translating(plan, "A", {
        "ours": ("ours", "translate", str(plan.work), "--run", learnt),
        "OpenNMT-py": peer(plan, "opennmt", "translate", "A"),
        "CTranslate2-one": (*each, "1", "--threads", cores),
        "CTranslate2-each": (*each, cores, "--threads", "1"),
    }, "sentences")  # fmt: skip


def translate_b(plan: Plan) -> Numbers:
    """Translate with B as each has learnt it; their sentences differ, so pieces count."""
    run = str(plan.runs / "ours-B-float32")
    return translating(plan, "B", {
        "ours": ("ours", "translate", str(plan.work), "--run", run),
        "Joey-NMT": peer(plan, "joey", "translate", "B"),
    }, "pieces")  # fmt: skip


def sentence(plan: Plan) -> Numbers:
    """Translate a single sentence."""
    learnt = str(plan.runs / "learnt-float32")
    calls: dict[str, Call] = {"ours": ("ours", "sentence", str(plan.work), "--run", learnt)}
    with Contest(plan, "sentence", calls) as contest:
        return {
            f"sentence/{search}":
            [answer["milliseconds"] for answer in contest.rounds(beam=beam)["ours"]]
            for search, beam in BEAMS.items()
        }  # fmt: skip


def start(plan: Plan) -> Numbers:
    """Begin with files, again and again."""
    found = []
    for number in range(plan.rounds + 1):
        arguments = (str(plan.work), "--run", str(plan.runs / "start"), "--began")
        contestant = Contestant(plan, "start", "ours", "start", *arguments, repr(time.time()))
        _tell(f"start: {contestant.first}")
        found.append(contestant.first["seconds"] if number else 0.0)
        contestant.close()
    return {"start/ours": found[1:]}


@dataclass(frozen=True)
class Entry:
    """A contest of the table: what it measures, and the contests whose models it needs."""

    hold: Callable[[Plan], Numbers]
    finds: tuple[str, ...]  # what stands before the "/" of its numbers
    needs: tuple[str, ...] = ()


CONTESTS = {
    "small": Entry(train_small, ("small",)),
    "start": Entry(start, ("start",)),
    "train-A": Entry(train_a, ("train-A",)),
    "train-B": Entry(train_b, ("train-B",)),
    "learn": Entry(learn, ("learn",)),
    "sentence": Entry(sentence, ("sentence",), ("learn",)),
    "translate-A": Entry(translate_a, ("greedy-A", "beam-A"), ("learn", "train-A")),
    "translate-B": Entry(translate_b, ("greedy-B", "beam-B"), ("train-B",)),
    "memory": Entry(memory, ("memory",)),
}
