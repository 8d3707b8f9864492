"""The probe: what training with some settings would take, found by trying a little of it."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from s2s_core.configs import RunConfig
from s2s_core.data.batch import Batches, portion
from s2s_core.data.corpus import prepared
from s2s_core.data.store import EncodedPairs, Numbers, Sequences
from s2s_core.data.windows import StoredWindows
from s2s_core.errors import S2SError, memory_ran_out
from s2s_core.experiment import workload
from s2s_core.models.device import (
    check_memory,
    check_precision,
    choose_device,
    least_memory,
    torch_put_back,
    use_cores,
)
from s2s_core.models.encoder_decoder import EncoderDecoder, build_model, model_on_paper
from s2s_core.records import ProbeRecord, StepRecord
from s2s_core.training.trainer import Trainer

FIRST_SHARE = 8  # this part of a batch is tried first
SLOW_SECONDS = 0.6  # of a batch that takes longer, only a part is timed
# Memory is counted on a part by how much work it is, not by its time: so that it is one figure,
# however busy the machine is. Parameters times tokens: half a second or so.
MUCH_WORK = 4e9
TIMES = 5  # a quick step is taken; the quickest counts: what else the computer does is chance
# For each byte that a step needs for a while, this many are taken in the end, as blocks of other
# sizes are kept for later batches. Measured as the growth of the process over 40 steps: 67 MB for
# gru-small, 290 MB for transformer-small and 580 MB for lstm-base on Multi30k.
KEPT = 2.5
MOST_PARAMETERS = 100_000_000  # a larger model takes seconds merely to be built


def probe(config: RunConfig, folder: Path, request: int) -> Iterator[ProbeRecord | None]:
    """Train a throw-away model for some steps on a prepared corpus; at last, yield the record.

    Yields None in between, for what is more urgent. Where the settings cannot be tried here, the
    record has no time. torch's random numbers and threads are left as they were.
    """
    share = portion(config.training)
    config = _of_one_batch(workload(config), share.tokens)
    tokens = config.training.batch_tokens
    ready = prepared(folder)[1]
    vocabularies = ready.source_vocabulary, ready.target_vocabulary
    head = config.objective.source_reconstruction
    on_paper = model_on_paper(config.model, *vocabularies, head)
    on_paper.freeze(config.start)
    parameters, learned = on_paper.parameter_count, on_paper.learned_count
    memory, seconds = least_memory(parameters, tokens, vocabularies[1]), 0.0
    yield None
    batches = Batches(StoredWindows(folder / "encoded"), tokens, 0)
    count = batches.count()
    steps = share.updates(count)
    yield None
    try:
        device = choose_device(config.training.device)
        check_precision(config.training.precision, device)
        check_memory(parameters, tokens, vocabularies[1], device.type)
        if device.type != "cpu" or parameters <= MOST_PARAMETERS:
            with torch_put_back():
                model = build_model(config.model, *vocabularies, seed=0, reconstruct=head).to(
                    device
                )
            yield None
            for found in _tried(model, config, batches):
                memory, seconds = found or (memory, seconds)
                yield None
    except (S2SError, RuntimeError, MemoryError) as error:
        if not isinstance(error, S2SError) and not memory_ran_out(error):
            raise
        seconds = 0.0
    seconds *= count / steps  # of one batch, so far
    yield ProbeRecord(request, parameters, memory, seconds, steps, learned)


def _of_one_batch(config: RunConfig, tokens: int) -> RunConfig:
    """Return the config with updates of a single batch: those of more take as much more time."""
    one = {"batching": "tokens", "accumulate": 1, "batch_tokens": tokens}
    return config.model_copy(update={"training": config.training.model_copy(update=one)})


def _tried(
    model: EncoderDecoder, config: RunConfig, batches: Batches
) -> Iterator[tuple[int, float] | None]:
    """Train on a part of a batch, then on as much of it as is quick; yield bytes and seconds.

    What was found on a part is scaled to the whole. The first step of each size makes torch
    ready for it, or counts memory, which takes time; only later ones are timed.
    """
    rows = batches.typical_rows()
    part = _part(batches.pairs, rows[: -(-len(rows) // FIRST_SHARE)])
    with torch_put_back():
        trainer = Trainer(model, part, config)
    steps = trainer.steps()
    for _ in range(2):
        seconds = _step(trainer, steps) * len(rows) / len(part.pairs)
        yield None
    least = len(part.pairs)

    def portion_of(share: float) -> tuple[Batches, float]:
        part = _part(batches.pairs, rows[: max(least, int(min(1.0, share) * len(rows)))])
        return part, len(rows) / len(part.pairs)

    work = model.parameter_count * config.training.batch_tokens
    trainer.batches, scale = portion_of(MUCH_WORK / work)
    with PeakMemory() as made:
        _step(trainer, steps)
    passing = KEPT * scale * (made.most - made.now)
    memory = _kept_bytes(trainer) + made.now + int(passing)  # what is left now are the gradients
    counted = len(trainer.batches.pairs)
    trainer.batches, scale = portion_of(SLOW_SECONDS / seconds)
    if len(trainer.batches.pairs) != counted:  # torch has to be made ready for this size, too
        yield None
        _step(trainer, steps)
    times: list[float] = []
    while len(times) < TIMES and sum(times) < SLOW_SECONDS:
        yield None
        times.append(_step(trainer, steps))
    yield memory, scale * min(times)


def _part(pairs: EncodedPairs, rows: Numbers) -> Batches:
    """Return batches that are always all these pairs."""
    sources = Sequences.of([pairs.sources[row].tolist() for row in rows])
    targets = Sequences.of([pairs.targets[row].tolist() for row in rows])
    return Batches(EncodedPairs(sources, targets), batch_tokens=2**62, seed=0)


def _step(trainer: Trainer, steps: Iterator[StepRecord]) -> float:
    """Take one step of training; return its seconds."""
    before = trainer.elapsed_seconds
    with torch_put_back():
        use_cores(trainer.model.parameter_count, trainer.config.training.batch_tokens)
        next(steps)
    return trainer.elapsed_seconds - before


def _kept_bytes(trainer: Trainer) -> int:
    """Return the bytes of the weights, and of what optimizer and averages keep of them."""
    states = trainer.optimizer.state.values()
    kept = [value for values in states for value in values.values() if isinstance(value, Tensor)]
    asked = trainer.config.regularisation
    averaged = asked.average_last + bool(asked.average_last or asked.ema_decay)
    weights = sum(weight.nbytes for weight in trainer.model.parameters())
    return (1 + averaged) * weights + sum(tensor.nbytes for tensor in kept)


class PeakMemory(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts the bytes of all tensors made inside, and remembers the most there were at once."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.now = 0
        self.most = 0
        self._alive: set[int] = set()

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Say that torch's compiler need not be kept out: it would be loaded for that (1.2 s)."""
        return False

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:  # torch's own signature
        results = func(*args, **(kwargs or {}))
        for result in results if isinstance(results, list | tuple) else (results,):
            if isinstance(result, Tensor):
                self._note(result.untyped_storage())
        return results

    def _note(self, storage: torch.UntypedStorage) -> None:
        place, size = storage.data_ptr(), storage.nbytes()
        if size and place not in self._alive:
            self._alive.add(place)
            self.now += size
            self.most = max(self.most, self.now)
            weakref.finalize(storage, self._forget, place, size)

    def _forget(self, place: int, size: int) -> None:
        self._alive.discard(place)
        self.now -= size
