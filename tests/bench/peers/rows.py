"""What must be reached: rows of a table, made of the numbers that contests have found."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

Numbers = dict[str, list[float]]  # "contest/who": one for each round


@dataclass(frozen=True)
class Ratio:
    """Ours over the best of some others, round by round."""

    ours: str
    others: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The numbers that are needed."""
        return (self.ours, *self.others)

    def of(self, numbers: Numbers) -> list[float]:
        """Return the values."""
        best = map(max, zip(*(numbers[key] for key in self.others), strict=True))
        return [own / other for own, other in zip(numbers[self.ours], best, strict=True)]


@dataclass(frozen=True)
class Value:
    """A number as it is, or how far it is from another."""

    key: str
    other: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """The numbers that are needed."""
        return (self.key, self.other) if self.other else (self.key,)

    def of(self, numbers: Numbers) -> list[float]:
        """Return the values."""
        if not self.other:
            return numbers[self.key]
        both = zip(numbers[self.key], numbers[self.other], strict=True)
        return [abs(one - other) for one, other in both]


@dataclass(frozen=True)
class Row:
    """A number with what it must be, and what is aimed at."""

    name: str
    title: str
    made: Ratio | Value
    must: float | None
    aim: float | None
    unit: str = "×"
    at_least: bool = True

    @property
    def contests(self) -> list[str]:
        """The contests in which its numbers are found."""
        return list(dict.fromkeys(key.partition("/")[0] for key in self.made.keys))

    def verdict(self, value: float) -> str:
        """Say how good it is."""
        if self.aim is not None and self._is_kept(value, self.aim):
            return "aim"
        if self.must is None:
            return "" if self.aim is None else "below the aim"
        return "must" if self._is_kept(value, self.must) else "MISS"

    def _is_kept(self, value: float, limit: float) -> bool:
        return value >= limit if self.at_least else value <= limit

    def plain(self, numbers: Numbers) -> dict[str, object]:
        """Return it for programs."""
        values = self.made.of(numbers)
        value = median(values)
        return {
            "row": self.name, "what": self.title, "value": float(f"{value:.4g}"),
            "low": float(f"{min(values):.4g}"), "high": float(f"{max(values):.4g}"),
            "count": len(values), "unit": self.unit, "must": self.must, "aim": self.aim,
            "at_least": self.at_least, "verdict": self.verdict(value),
        }  # fmt: skip


def ratio(row: str, title: str, made: str, must: float | None, aim: float | None) -> Row:
    """Write down a ratio: "contest/ours over contest/other or contest/another"."""
    ours, _, others = made.partition(" over ")
    return Row(row, title, Ratio(ours, tuple(others.split(" or "))), must, aim)


def most(row: str, title: str, made: Value, must: float, aim: float, unit: str) -> Row:
    """Write down a number that must not be more."""
    return Row(row, title, made, must, aim, unit, at_least=False)


ROWS = (
    ratio("train-a", "training A, float32 / OpenNMT-py",
          "train-A/ours over train-A/OpenNMT-py", 1.2, 1.45),
    ratio("train-b", "training B with input feeding / OpenNMT-py",
          "train-B/ours over train-B/OpenNMT-py", 1.6, 1.8),
    ratio("train-b-joint", "training B without input feeding / OpenNMT-py with it",
          "train-B/ours-joint over train-B/OpenNMT-py", 2.1, 2.4),
    ratio("bare-a", "training A / a bare loop by hand",
          "train-A/ours over train-A/bare", None, None),
    ratio("bare-b", "training B with input feeding / a bare loop by hand",
          "train-B/ours over train-B/bare", None, None),
    ratio("bare-b-joint", "training B without input feeding / a bare loop by hand",
          "train-B/ours-joint over train-B/bare-joint", None, None),
    ratio("bf16-a", "training A, bfloat16 / float32",
          "train-A/ours-bfloat16 over train-A/ours", 1.1, 1.3),
    ratio("bf16-b", "training B with input feeding, bfloat16 / float32",
          "train-B/ours-bfloat16 over train-B/ours", 1.5, 1.8),
    most("bf16-bleu", "A after equal steps: BLEU of bfloat16 from that of float32",
         Value("learn/bfloat16", "learn/float32"), 0.3, 0.3, "BLEU"),
    ratio("greedy-a", "1,000 sentences greedily, A / OpenNMT-py",
          "greedy-A/ours over greedy-A/OpenNMT-py", 1.1, 1.6),
    ratio("greedy-a-c", "1,000 sentences greedily, A / CTranslate2 float32 at its best",
          "greedy-A/ours over greedy-A/CTranslate2-one or greedy-A/CTranslate2-each", None, 0.85),
    ratio("beam-a", "1,000 sentences with beam 5, A / OpenNMT-py",
          "beam-A/ours over beam-A/OpenNMT-py", 1.15, 1.5),
    ratio("beam-a-c", "1,000 sentences with beam 5, A / CTranslate2 float32 at its best",
          "beam-A/ours over beam-A/CTranslate2-one or beam-A/CTranslate2-each", None, 0.8),
    ratio("greedy-b", "1,000 sentences greedily, B, pieces a second / Joey NMT",
          "greedy-B/ours over greedy-B/Joey-NMT", 5, 10),
    ratio("beam-b", "1,000 sentences with beam 5, B, pieces a second / Joey NMT",
          "beam-B/ours over beam-B/Joey-NMT", 5, 10),
    most("sentence", "a sentence of 15 words, A, greedily", Value("sentence/greedy"), 40, 25, "ms"),
    most("sentence-beam", "a sentence of 15 words, A, with beam 5",
         Value("sentence/beam"), 80, 50, "ms"),
    Row("learn", "BLEU of A on the validation set, 300 s after its start, greedily",
        Value("learn/bfloat16"), 18, 22, "BLEU"),
    most("memory", "peak memory, training A in float32", Value("train-A/memory"), 1.6, 1.4, "GB"),
    most("memory-bf16", "peak memory after ten minutes of training A in bfloat16",
         Value("memory/bfloat16"), 2.5, 1.8, "GB"),
    most("start", "start of the process → first update, 29,000 pairs read, bpe learnt, encoded",
         Value("start/ours"), 6, 4, "s"),
    ratio("small", "small GRU on the phrasebook, journal and all / a bare loop by hand",
          "small/ours over small/bare", 0.92, 0.97),
)  # fmt: skip


def table(found: list[dict[str, object]]) -> str:
    """Return what was found, for people."""
    lines = ["| | measured | spread | must | aim | |", "|---|--:|--:|--:|--:|---|"]
    for row in found:
        sign, unit = ("≥" if row["at_least"] else "≤"), row["unit"]
        limits = [
            f"{sign} {row[key]:g}" if row[key] is not None else "–" for key in ("must", "aim")
        ]
        spread = f"{row['low']:.3g} – {row['high']:.3g}"
        shown = f"{row['value']:.3g} {unit} | {spread} | {' | '.join(limits)}"
        lines.append(f"| {row['what']} | {shown} | {row['verdict']} |")
    return "\n".join(lines)
