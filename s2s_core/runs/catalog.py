"""All tables by name, for forms, help and the checking of names before a run starts."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from s2s_core.choices import Choices
from s2s_core.configs import RunConfig
from s2s_core.data.batch import BATCHINGS
from s2s_core.data.doctor import CHECKS
from s2s_core.data.readers import READERS
from s2s_core.data.splits import SPLITS
from s2s_core.data.toy_tasks import TOY_TASKS
from s2s_core.decoding.search import SEARCHES
from s2s_core.errors import BadConfig
from s2s_core.experiment import SECTIONS, knobs_in, value_of
from s2s_core.knobs import title_of
from s2s_core.models.attention import ATTENTIONS
from s2s_core.models.feed_forward import ACTIVATIONS
from s2s_core.models.initialisation import INITIALISATIONS
from s2s_core.models.positions import POSITIONS
from s2s_core.models.transformer import NORMS
from s2s_core.text.tokenizer import TOKENIZERS
from s2s_core.training.gradients import CLIPPINGS
from s2s_core.training.loss import LOSSES
from s2s_core.training.optimizers import OPTIMIZERS
from s2s_core.training.risk import RISK_SCORES
from s2s_core.training.schedules import SCHEDULES
from s2s_core.training.teacher_forcing import TEACHER_FORCING
from s2s_core.training.validation import SCORES

CATALOG: dict[str, Choices[Any]] = {
    "activation": ACTIVATIONS,
    "attention": ATTENTIONS,
    "batching": BATCHINGS,
    "check": CHECKS,
    "clipping": CLIPPINGS,
    "loss": LOSSES,
    "norm": NORMS,
    "initialisation": INITIALISATIONS,
    "optimizer": OPTIMIZERS,
    "positions": POSITIONS,
    "reader": READERS,
    "risk_score": RISK_SCORES,
    "schedule": SCHEDULES,
    "score": SCORES,
    "search": SEARCHES,
    "split": SPLITS,
    "teacher_forcing": TEACHER_FORCING,
    "tokenizer": TOKENIZERS,
    "toy_task": TOY_TASKS,
}


def check(config: RunConfig) -> None:
    """Refuse a name that no table knows, with the key and the names it could be."""
    for section in SECTIONS:
        for knob in knobs_in(config, section):
            name = value_of(config, knob.key)
            if knob.choices and name and name not in CATALOG[knob.choices]:
                raise BadConfig(
                    "{key} must be one of {known}, not {given}",
                    key=knob.key, known=", ".join(CATALOG[knob.choices]), given=repr(name),
                )  # fmt: skip
    if config.data.builtin:
        TOY_TASKS[config.data.builtin].checked(config.data.difficulty)


def catalog_values() -> dict[str, dict[str, dict[str, Any]]]:
    """Return what windows need of all rows, as `resources/catalog.json` holds it."""
    return {kind: {name: _row(rows, name) for name in rows} for kind, rows in CATALOG.items()}


def _row(rows: Choices[Any], name: str) -> dict[str, Any]:
    """Return title and help of a row; of a file format the endings of its files, of a built-in
    corpus how difficult it can be, and what it is called the other way round.
    """
    row = rows[name]
    values: dict[str, Any] = {
        "title": getattr(row, "title", title_of(name)),
        "help": rows.help(name),
    }
    if swapped := getattr(row, "swapped_title", ""):
        values["swapped_title"] = swapped
    if suffixes := getattr(row, "suffixes", ()):
        values["suffixes"] = " ".join(suffixes)
    if difficulty := getattr(row, "difficulty", {}):
        values["difficulty"] = {
            name: span if isinstance(span, str) else asdict(span)
            for name, span in difficulty.items()
        }
    return values
