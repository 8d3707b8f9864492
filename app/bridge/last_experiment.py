"""What was set when the window was closed: the next one opens with it."""

from __future__ import annotations

import json
import os
from typing import NamedTuple

from app.bridge.draft import Draft
from app.bridge.dropped_experiment import check_choices
from app.bridge.kept_corpora import without_lost_files
from s2s_core.configs import DataConfig
from s2s_core.errors import S2SError
from s2s_core.experiment import checked
from s2s_core.presets import preset_names


class LeftCorpus(NamedTuple):
    """A corpus from files that was open, as it is kept; nothing if it was a built-in one."""

    data: DataConfig | None = None  # to be read before that of the draft, unless
    missing: tuple[str, ...] = ()  # files without which it cannot be


def to_text(draft: Draft, data: DataConfig) -> str:
    """Return all settings, as `take_up` reads them, with a corpus that is perhaps only coming."""
    data = data.model_copy(update={"tokenizer": draft.config.data.tokenizer})  # the model fits it
    config = draft.next_config.model_copy(update={"data": data})
    return json.dumps([draft.preset, config.model_dump(mode="json")], ensure_ascii=False)


def take_up(draft: Draft, text: str) -> LeftCorpus:
    """Set a new draft as it was left; what cannot be used is as good as none.

    Only which files a corpus was from is taken of it: how it was set, as far as that holds for what
    the files are now, the draft's `corpora` know. A corpus from files is not the draft's before it
    has been read: it may be refused now, and then there is one to train on.
    """
    try:
        preset, values = json.loads(text)
        config = checked(values)
        check_choices(config)
    except (S2SError, ValueError, TypeError):
        return LeftCorpus()
    files, data = config.data.train, without_lost_files(config.data)
    if files:
        data = draft.config.data.model_copy(update={"tokenizer": data.tokenizer})
    draft.config = config.model_copy(update={"data": data})  # nothing to undo
    if preset in preset_names():
        draft.preset = preset
    if not files:
        return LeftCorpus()
    missing = tuple(name for name in files if not os.path.exists(name))
    return LeftCorpus(draft.corpus(train=files), missing)
