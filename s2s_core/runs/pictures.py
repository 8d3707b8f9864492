"""Curves and attention as PNG files, without a screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from s2s_core.records import Record, StepRecord, ValidationRecord

INK, TRAINING, SCORE = "#1c1e26", "#00805d", "#a8457e"


def save_curves(records: list[Record], path: Path) -> None:
    """Draw loss, gradient norm and held-out scores over the steps."""
    from matplotlib.figure import Figure  # half a second, and only needed here

    steps = [r for r in records if isinstance(r, StepRecord)]
    checks = [r for r in records if isinstance(r, ValidationRecord)]
    figure = Figure(figsize=(8, 9), layout="constrained")
    loss, norm, scores = figure.subplots(3, 1, sharex=True)
    x, checked = [r.step for r in steps], [r.step for r in checks]
    loss.plot(x, [r.loss for r in steps], color=TRAINING, linewidth=0.6, label="training")
    loss.plot(checked, [r.loss for r in checks], "o-", color=TRAINING, label="validation")
    if free := [(r.step, r.free_running_loss) for r in checks if r.free_running_loss is not None]:
        loss.plot(*zip(*free, strict=True), "o--", color=SCORE, label="free-running")
    loss.set_ylabel("loss, nats per token")
    loss.legend()
    norm.plot(x, [r.gradient_norm for r in steps], color=TRAINING, linewidth=0.6)
    norm.set_ylabel("gradient norm, before clipping")
    scores.plot(checked, [r.exact_match for r in checks], "o-", color=TRAINING, label="exact match")
    scores.plot(checked, [r.bleu for r in checks], "s--", color=SCORE, label="BLEU")
    scores.set(ylabel="held-out scores, %", xlabel="step", ylim=(0, 102))
    scores.legend()
    for axes in (loss, norm, scores):
        axes.grid(alpha=0.25)
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=110)


def save_attention(
    weights: np.ndarray[Any, Any], source: tuple[str, ...], target: tuple[str, ...], path: Path
) -> None:
    """Draw attention weights, [target length, source length], as a heat map."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(2 + 0.45 * len(source), 1.6 + 0.4 * len(target)), layout="constrained")
    axes = figure.subplots()
    image = axes.imshow(weights, cmap="viridis", vmin=0, vmax=1)
    source, target = (tuple(p.removeprefix("▁") for p in side) for side in (source, target))
    axes.set_xticks(range(len(source)), source, rotation=55, ha="left", color=INK)
    axes.xaxis.tick_top()
    axes.set_yticks(range(len(target)), target, color=INK)
    figure.colorbar(image, label="attention weight")
    figure.savefig(path, dpi=110)
