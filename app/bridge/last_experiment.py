"""What was set when the window was closed: the next one opens with it."""

from __future__ import annotations

import json
import os
from typing import NamedTuple

from app.bridge.draft import Draft
from app.bridge.dropped_experiment import check_choices
from s2s_core.configs import DataConfig
from s2s_core.errors import S2SError
from s2s_core.experiment import checked
from s2s_core.presets import preset_names


class LeftCorpus(NamedTuple):
    """A corpus from files that was open; nothing if it was a built-in one."""

    data: DataConfig | None = None  # to be read before that of the draft
    missing: tuple[str, ...] = ()  # files without which it cannot be


def to_text(draft: Draft) -> str:
    """Return all settings, as `take_up` reads them."""
    return json.dumps([draft.preset, draft.config.model_dump(mode="json")], ensure_ascii=False)


def take_up(draft: Draft, text: str) -> LeftCorpus:
    """Set a new draft as it was left; what cannot be used is as good as none.

    A corpus from files is not the draft's before it has been read: it may be refused now, and
    then there is one to train on.
    """
    try:
        preset, values = json.loads(text)
        config = checked(values)
        check_choices(config)
    except (S2SError, ValueError, TypeError):
        return LeftCorpus()
    data = config.data
    files = (*data.train, *data.validation)
    missing = tuple(name for name in files if not os.path.exists(name))
    if files:
        own = draft.config.data.model_copy(update={"tokenizer": data.tokenizer})
        config = config.model_copy(update={"data": own})
    draft.config = config  # nothing to undo
    if preset in preset_names():
        draft.preset = preset
    return LeftCorpus(data if files and not missing else None, missing)
