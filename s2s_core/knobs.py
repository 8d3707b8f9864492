"""A knob: one setting, with its range, unit, help and whether it may be turned during training."""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, Field
from pydantic.fields import FieldInfo


def knob(  # noqa: PLR0913  # all by name, and each says one thing
    default: Any, *, help: str, low: float | None = None, high: float | None = None,
    unit: str = "", live: bool = False, choices: str | None = None, advanced: bool = False,
    title: str = "", files: bool = False, folder: bool = False, zero: str = "",
) -> Any:  # fmt: skip
    """Return a pydantic field that also knows how to show itself.

    `help` says what it does, and what usually happens when it is raised. `choices` names a row
    of the catalog (a table of names); `live` knobs are read afresh at each step; `advanced` ones
    are folded away at first; `title` is shown where the name alone is not plain enough; a list
    of `files`, a single one or a `folder` is chosen in a dialog; `zero` is what 0 means, such
    as "no limit", where it is not the least of something.
    """
    extra: dict[str, Any] = {
        "unit": unit, "live": live, "choices": choices, "advanced": advanced, "title": title,
        "files": files, "folder": folder, "zero": zero,
    }  # fmt: skip
    return Field(default, ge=low, le=high, description=help, json_schema_extra=extra)


@dataclass(frozen=True)
class Knob:
    """What a form, a command line or a help page needs to know of one setting."""

    key: str  # the path, such as "training.clip_norm"
    type: type  # bool, int, float, str or tuple
    default: Any
    help: str
    low: float | None = None
    high: float | None = None
    unit: str = ""
    live: bool = False
    choices: str | None = None
    names: tuple[str, ...] = ()  # the values allowed, where they are few and fixed
    advanced: bool = False
    title: str = ""
    files: bool = False
    folder: bool = False
    zero: str = ""

    @property
    def label(self) -> str:
        """What stands before its editor: "Clip norm"."""
        return self.title or self.name[:1].upper() + self.name[1:]

    @property
    def name(self) -> str:
        """The last part of the path in plain words: "clip norm"."""
        return self.key.rpartition(".")[2].replace("_", " ")

    @property
    def range(self) -> str:
        """The values allowed, in words."""
        if self.names:
            return "one of " + ", ".join(self.names)
        if self.low is not None and self.high is not None:
            whole = "a whole number " if self.type is int else ""
            return f"{whole}between {self.low:.12g} and {self.high:.12g}"
        return {bool: "true or false", str: "text", tuple: "a list"}.get(self.type, "a number")


def title_of(name: str) -> str:
    """Return a choice as the field spells it: "gru" is "GRU", "layer_norm" is "Layer norm"."""
    return _SPELLINGS.get(name, name[:1].upper() + name[1:].replace("_", " "))


def knobs_of(config: type[BaseModel], prefix: str = "") -> Iterator[Knob]:
    """Yield the knobs of a config class; parts that are configs themselves are left out."""
    for name, field in config.model_fields.items():
        if isinstance(field.json_schema_extra, dict) and "live" in field.json_schema_extra:
            yield _knob(f"{prefix}.{name}" if prefix else name, field)


def _knob(key: str, field: FieldInfo) -> Knob:
    limits = {type(m).__name__: m for m in field.metadata}
    low, high = limits.get("Ge"), limits.get("Le")
    names = tuple(get_args(field.annotation)) if get_origin(field.annotation) is Literal else ()
    extra: Any = field.json_schema_extra
    return Knob(
        key=key, type=_plain_type(field.annotation), default=field.default,
        help=field.description or "", low=getattr(low, "ge", None), high=getattr(high, "le", None),
        names=names, **extra,
    )  # fmt: skip


def _plain_type(annotation: Any) -> type:
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        return _plain_type(get_args(annotation)[0])
    if origin is Literal:
        return str
    return origin if isinstance(origin, type) else annotation


_SPELLINGS = {
    "rnn": "RNN", "lstm": "LSTM", "gru": "GRU", "bpe": "BPE", "sgd": "SGD", "adamw": "AdamW",
    "cpu": "CPU", "cuda": "CUDA", "mps": "MPS", "auto": "Automatic", "dot": "Dot product",
    "char": "Characters", "word": "Words", "warmup": "Warm-up", "adagrad": "AdaGrad",
    "rmsprop": "RMSprop", "nadam": "NAdam", "radam": "RAdam",
    "plateau": "Reduce on plateau", "pair": "One pair", "float32": "float32",
    "bfloat16": "bfloat16", "float16": "float16", "full": "Full batch", "bleu": "BLEU",
    "chrf": "chrF", "relu": "ReLU", "gelu": "GELU", "swiglu": "SwiGLU", "pre": "Pre-norm",
    "post": "Post-norm", "set_transformer": "Set Transformer",
    "scaled_dot": "Scaled dot product",
}  # fmt: skip
