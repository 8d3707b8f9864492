"""What can be varied of the experiment in the window, and the grid that is made of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication

from app.bridge import catalog
from app.bridge.draft import Draft
from app.bridge.dropped_experiment import check_choices
from app.bridge.preset_values import KEYS_BEGIN
from app.compare_dialog.choosing import OFF_ON, Setting
from app.panels.model_panel.compare_menu import can_compare
from app.panels.model_panel.knob_forms import ATTENTION, SHOWN
from app.panels.model_panel.knob_words import KINDS, choice_names, label_of, setting_name
from app.panels.model_panel.preset_chooser import preset_order
from app.widgets.knob_editors import Names
from app.widgets.knob_row import shown
from s2s_core.configs import RunConfig
from s2s_core.errors import BadConfig
from s2s_core.experiment import kinds_of, knobs_in, laid_over, nested, value_of, workload
from s2s_core.grid import PRESET, Grid
from s2s_core.grid_folder import ENDS, GridFolder
from s2s_core.knobs import Knob
from s2s_core.presets import preset_helps
from s2s_core.run_folders import GRID, new_run_folder


def settings_of(draft: Draft) -> list[Setting]:
    """Return what of an experiment can be varied: presets, then settings in the forms' order."""
    config = draft.next_config
    knobs = [knob for section in SHOWN for knob in _knobs(config, section)]
    first = ("training.learning_rate", ATTENTION)
    knobs.sort(key=lambda knob: (*first, knob.key).index(knob.key))
    titles = [label_of(knob.key) for knob in knobs]
    settings = [
        Setting(
            knob.key, _title(knob, titles), knob, shown(value_of(config, knob.key), knob),
            OFF_ON if knob.type is bool else (),
        )
        for knob in knobs
    ]  # fmt: skip
    return [_presets(draft.preset), *settings]


def names_of_choices() -> Names:
    """Return all that can be ticked, by the names of the tables."""
    helps = preset_helps()
    presets = ((name, helps[name], catalog.preset_title(name)) for name in preset_order(helps))
    return {**choice_names(), PRESET: tuple(presets)}


def plan_of(draft: Draft, grid: Grid, limits: Mapping[str, Any], runs: Path) -> GridFolder:
    """Return the grid of these runs, each checked, in a new folder; nothing is written yet."""
    config, changes = draft.next_config, {"training": dict(limits)}
    start: dict[str, Any] = config.model_dump(mode="json")
    if PRESET in grid.keys:
        for key in laid_over_presets(draft):
            changes = laid_over(nested(key, value_of(config, key)), changes)
        start = {
            "data": config.data.model_dump(mode="json", exclude={"tokenizer"}),
            "training": {"device": config.training.device},
            "decoding": config.decoding.model_dump(mode="json"),
        }
    plan = GridFolder.new(
        new_run_folder(runs, config, GRID), grid, [start], [changes], check_choices
    )
    assert plan.runs  # whatever cannot be trained is refused here
    return plan


def take_alike(config: RunConfig, grid: Grid) -> bool:
    """Tell whether a step of each of these runs takes as long as one of the experiment."""
    if PRESET in grid.keys:
        return False
    try:
        return all(workload(each) == workload(config) for each in grid.configs(config))
    except BadConfig:
        return False


def laid_over_presets(draft: Draft) -> list[str]:
    """Return what differs from the preset that was chosen, but for the architecture.

    How long each is trained is asked for by itself.
    """
    besides = {*KINDS, *(f"training.{name}" for name in ENDS)}
    return [
        key for key in draft.changed_keys() if key.startswith(KEYS_BEGIN) and key not in besides
    ]


def laid_over_in_words(draft: Draft) -> str:
    """Return the same with their values: "Learning rate 1e-3, Layers (encoder) 2"."""
    config = draft.next_config
    values = {
        knob.key: shown(value_of(config, knob.key), knob)
        for section in SHOWN
        for knob in knobs_in(config, section)
    }
    return ", ".join(
        f"{setting_name(key, config.data)} {values.get(key, '')}".rstrip()
        for key in laid_over_presets(draft)
    )


def _presets(now: str) -> Setting:
    """Offer to compare presets; at first those of the size that is chosen, one of each kind."""
    title = QCoreApplication.translate("CompareDialog", "Preset: architecture and size")
    help_text = QCoreApplication.translate(
        "CompareDialog",
        "Ready-made models, each with the training that suits it. "
        "What was changed here is laid over each, as far as it has such settings.",
    )
    names = tuple(preset_order(preset_helps()))
    size = now.partition("-")[2]
    alike = tuple(name for name in names if name.partition("-")[2] == size)
    knob = Knob(PRESET, str, now, help_text, choices=PRESET, names=names)
    return Setting(PRESET, title, knob, catalog.preset_title(now), alike, in_rows=True)


def _knobs(config: RunConfig, section: str) -> Iterator[Knob]:
    for knob in knobs_in(config, section):
        if can_compare(knob.key):
            is_kind = knob.name == "kind" and knob.names
            yield replace(knob, names=kinds_of(section)) if is_kind else knob


def _title(knob: Knob, titles: list[str]) -> str:
    title = label_of(knob.key)
    return f"{title} ({knob.key})" if titles.count(title) > 1 else title
