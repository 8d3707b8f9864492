"""What came with another corpus, and what stayed with the one before it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.bridge import catalog
from app.widgets import numbers
from app.widgets.knob_editors import core_text
from s2s_core.configs import DataConfig, TokenizerConfig

NOT_COUNTED = (
    "builtin", "train", "validation", "tokenizer", "cures", "left_out", "added", "added_times",
)  # fmt: skip


def as_left(title: str, data: DataConfig) -> str:
    """Return what was set for a corpus, in a sentence; nothing if it is as it came."""
    fresh = DataConfig()
    others = [n for n in type(data).model_fields if n not in NOT_COUNTED]
    counts = (
        (len(data.cures), _tr("{count:cure|cures}")),
        (len(data.left_out), _tr("{count:pair|pairs} left out")),
        (len(data.added), _tr("{count:pair|pairs} added")),
        (sum(getattr(data, name) != getattr(fresh, name) for name in others),
         _tr("{count:setting|settings} of its own")),
    )  # fmt: skip
    parts = [text.format(count=numbers.count(count)) for count, text in counts if count]
    text = _tr("{corpus} is as it was left: {parts}.")
    return text.format(corpus=title, parts=", ".join(parts)) if parts else ""


def other_pieces(before: str, old: TokenizerConfig, new: TokenizerConfig) -> str:
    """Return that sentences are cut otherwise than those of the corpus before; or nothing."""
    if (old.kind, old.vocabulary_size) == (new.kind, new.vocabulary_size):
        return ""
    text = _tr("Pieces here: {new}; {before} keeps {old}.")
    return text.format(new=_pieces(new), old=_pieces(old), before=before)


def made_anew(before: DataConfig, data: DataConfig) -> str:
    """Return that pairs left out by hand were of other content, where that was made anew."""
    count = len(before.left_out)
    if data.left_out or not count or before.rows == data.rows:
        return ""
    one = _tr("Other pairs were made. The one left out went with the old ones; Ctrl+Z undoes it.")
    several = _tr(
        "Other pairs were made. The {count} left out went with the old ones; Ctrl+Z undoes it."
    )
    return (one if count == 1 else several).format(count=numbers.count(count))


def _pieces(tokenizer: TokenizerConfig) -> str:
    kinds = catalog.titles("tokenizer")
    kind = core_text(kinds.get(tokenizer.kind, tokenizer.kind))
    return _tr("{kind}, {size}").format(kind=kind, size=numbers.count(tokenizer.vocabulary_size))


def _tr(text: str) -> str:
    return QCoreApplication.translate("AsLeft", text)
