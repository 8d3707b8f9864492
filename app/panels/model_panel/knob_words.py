"""How knobs and what is wrong with them are called in the window."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from PySide6.QtCore import QCoreApplication

from app.bridge import catalog
from app.bridge.controller import sentence_of
from app.bridge.draft import WHICH_CORPUS
from app.widgets.knob_editors import Names, core_text
from s2s_core.configs import DataConfig
from s2s_core.errors import BadConfig
from s2s_core.experiment import SECTIONS, all_knobs
from s2s_core.knobs import Knob

ARCHITECTURE = ""  # the key of what two kinds make up
KINDS = {"model.encoder.kind", "model.decoder.kind"}
DIFFICULTY = "data.difficulty."
OF_THE_MODEL = "data.tokenizer.joint"  # all else of `data.*` is a corpus' own
_PARTS = "|".join(sorted({section.partition(".")[0] for section in SECTIONS}))
_KEY = re.compile(rf"\b(?:{_PARTS})(?:\.[a-z0-9_]+)+\b")
_SECTION = re.compile(rf"^(?:{_PARTS})(?:\.[a-z]+)*: ")
_NAME = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")


def label_of(key: str) -> str:
    """Return what a knob is called: "Layers (encoder)"."""
    label = core_text(_knobs()[key].label) if key in _knobs() else key
    part = key.split(".")[1]
    sides = {"encoder": _text("encoder"), "decoder": _text("decoder")}
    return f"{label} ({sides[part]})" if part in sides else label


def settings_of(keys: Iterable[str], data: DataConfig) -> list[str]:
    """Return the knobs that moved as a person counts them, and as they are marked in the forms.

    Which corpus it is, and which architecture, are one choice each and two knobs, of which one
    stands for both. Another corpus comes with settings of its own, which are that same choice.
    """
    found = list(keys)
    if KINDS.issubset(found):
        found = [ARCHITECTURE, *(key for key in found if key not in KINDS)]
    if not WHICH_CORPUS.isdisjoint(found):
        which = "data.builtin" if data.builtin else "data.train"
        others = (key for key in found if key == OF_THE_MODEL or not key.startswith("data."))
        found = [which, *others]
    return found


def setting_name(key: str, data: DataConfig) -> str:
    """Return what one of `settings_of` is called; of a built-in corpus as beside its sliders."""
    if key == ARCHITECTURE:
        return _text("Architecture")
    if data.builtin and key.startswith(DIFFICULTY):
        own = core_text(catalog.difficulty_title(data.builtin, key.removeprefix(DIFFICULTY)))
        return own[:1].upper() + own[1:] or label_of(key)
    return _text("Corpus") if key in WHICH_CORPUS else label_of(key)


def in_words(error: BadConfig) -> str:
    """Return why something cannot be, with knobs called as in the form, as a whole sentence."""
    sentence = _SECTION.sub("", sentence_of(error))  # it stands in that section
    sentence = _KEY.sub(lambda found: f"“{label_of(found[0])}”", sentence)
    names = {key.rpartition(".")[2] for key in _knobs()}
    sentence = _NAME.sub(
        lambda found: found[0].replace("_", " ") if found[0] in names else found[0], sentence
    )
    return f"{sentence[:1].upper()}{sentence[1:].rstrip('.')}."


def choice_names() -> Names:
    """Return all that can be chosen; instead of a built-in corpus, files."""
    names = catalog.choices()
    files = ("", _text("The corpus comes from files."), _text("From files"))
    return {**names, "toy_task": (*names["toy_task"], files)}


@cache
def _knobs() -> dict[str, Knob]:
    return {knob.key: knob for knob in all_knobs()}


def _text(text: str) -> str:
    return QCoreApplication.translate("knobs", text)
