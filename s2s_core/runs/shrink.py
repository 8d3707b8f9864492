"""A smaller copy of a run, measured beside the original."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from s2s_core.configs import RunConfig
from s2s_core.data.corpus import HeldOut, load_tokenizers
from s2s_core.data.pairs import SentencePair
from s2s_core.decoding.hypothesis import Hypothesis
from s2s_core.decoding.search import batches_by_length, translate
from s2s_core.errors import BadConfig
from s2s_core.experiment import checked, merged, save_experiment
from s2s_core.models.device import torch_put_back
from s2s_core.models.pruning import apply_masks, masks_for
from s2s_core.records import ProgressRecord, Record, SmallerRecord
from s2s_core.runs.checkpoint import best_weights, load_state, read_index
from s2s_core.runs.compact import compact_file
from s2s_core.runs.folder import link_data, make_folder, remove_data
from s2s_core.runs.journal import Journal
from s2s_core.runs.run import Run
from s2s_core.runs.translator import Translator, load_translator
from s2s_core.training.metrics import score

MOST_PRUNED = 0.99
ROUNDS = 3


class Measures:
    """How large, how quick and how good a model is."""

    def __init__(self, translator: Translator, disk_bytes: int) -> None:
        self.translator = translator
        self.disk_bytes = disk_bytes
        self._texts: dict[int, str] = {}
        self._seconds: dict[int, float] = {}  # of the batch that begins with this sentence

    def translate(self, pairs: Sequence[SentencePair], rows: Sequence[int]) -> Iterator[None]:
        """Translate one batch and keep its best time, yielding after each piece."""
        translator, seconds = self.translator, 0.0
        sources = [translator.source.encode(pair.source) for pair in pairs]
        steps = translate(translator.model, sources, translator.config.decoding)
        hypotheses: tuple[tuple[Hypothesis, ...], ...] = ()
        while True:
            began = time.perf_counter()
            beam = next(steps, None)
            seconds += time.perf_counter() - began
            if beam is None:
                break
            hypotheses = beam.hypotheses
            yield
        for row, best in zip(rows, hypotheses, strict=True):
            self._texts[row] = translator.target.decode(best[0].tokens)
        self._seconds[rows[0]] = min(seconds, self._seconds.get(rows[0], seconds))

    def found(self, pairs: Sequence[SentencePair]) -> dict[str, float]:
        """Return all measures by name, when every sentence has been translated."""
        scores = score([self._texts[row] for row in range(len(pairs))], [p.target for p in pairs])
        return {
            "disk_bytes": self.disk_bytes,
            "memory_bytes": sum(weight.nbytes for weight in self.translator.model.parameters()),
            "sentences_per_second": len(pairs) / sum(self._seconds.values()),
            "sentences": len(pairs),
            "exact_match": scores.exact_match, "bleu": scores.bleu, "chrf": scores.chrf,
        }  # fmt: skip


def shrink(
    folder: Path, out: Path, share: float, *, int8: bool, device: str = "auto"
) -> Iterator[Record]:
    """Write a copy of a run's best weights into a new folder, pruned, int8 or both.

    Yields progress, at last a `SmallerRecord`: both are measured by translating the held-out
    sentences. The copy is a run: it is opened, translated with and trained on like any other,
    and what was pruned stays zero. torch's random numbers are left alone.
    """
    if not 0 <= share <= MOST_PRUNED:
        raise BadConfig(
            "the share to prune must be between 0 and {most}, not {given}",
            most=MOST_PRUNED, given=share,
        )  # fmt: skip
    chosen, _, _ = best_weights(folder)
    with torch_put_back():
        original = load_translator(folder, device)
        copied = _copy(original, chosen, folder, out, share, int8=int8)
        smaller = load_translator(out, device)
    sizes = [(place / "weights.safetensors").stat().st_size for place in (chosen, copied)]
    before, after = Measures(original, sizes[0]), Measures(smaller, sizes[1])
    pairs = HeldOut.load(folder).pairs[: original.config.training.validation_sentences]
    batches = batches_by_length([original.source.encode(pair.source) for pair in pairs])
    # In turn, as what else the machine does slows both alike; the first round warms up.
    turns = [(m, rows) for _ in range(ROUNDS) for rows in batches for m in (before, after)]
    for done, (measures, rows) in enumerate(turns):
        for _ in measures.translate([pairs[row] for row in rows], rows):
            yield ProgressRecord("measuring", done, len(turns))
    record = SmallerRecord(
        original.step, str(out), share, int8, *(m.found(pairs) for m in (before, after))
    )
    journal = Journal(out / "journal.jsonl")
    journal.append(record)
    journal.flush()
    yield record


def _copy(
    original: Translator, chosen: Path, folder: Path, out: Path, share: float, *, int8: bool
) -> Path:
    """Write the copy; returns its checkpoint."""
    state = load_state(chosen)
    config: RunConfig = checked(state["config"])
    if share:  # and training on keeps what is pruned
        keys = {"prune_share": share, "prune_first_step": 0, "prune_last_step": 0}
        config = merged(config, {"smaller": keys})
    make_folder(out)
    try:
        link_data(folder, out)
        anywhere = {"device": "cpu", "precision": "float32", "compile": False}
        run = Run(out, merged(config, {"training": anywhere}), load_tokenizers(out))
        run.trainer.config = config
        run.trainer.model.load_state_dict(original.model.state_dict())
        if share:
            original.model.freeze(config.start)  # what is frozen is left alone
            masks = masks_for(original.model, share)
            run.trainer.pruner.masks = {name: kept.cpu() for name, kept in masks.items()}
            apply_masks(run.trainer.model, run.trainer.pruner.masks)
        run.take_place(state)
        if (folder / "journal.jsonl").exists():
            shutil.copyfile(folder / "journal.jsonl", run.keeper.journal.path)
            run.keeper.journal.forget_after(run.trainer.step)
        run.keeper.save(best=True)
        run.keeper.journal.flush()
        place = out / "checkpoints" / read_index(out / "checkpoints")["best"]
        compact_file(place / "weights.safetensors", int8=int8)
        save_experiment(config, out / "experiment.toml")  # last: it makes a folder a run
    except BaseException:
        remove_data(out)
        raise
    return place
