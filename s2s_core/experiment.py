"""Experiments as text: TOML in and out, changes by key path, and errors as sentences."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, get_args

import tomli_w
from pydantic import BaseModel, ValidationError, create_model

from s2s_core.configs import (
    FORMAT,
    Config,
    ConvolutionalDecoderConfig,
    ConvolutionalEncoderConfig,
    DataConfig,
    DecodingConfig,
    DifficultyConfig,
    ObjectiveConfig,
    RecurrentDecoderConfig,
    RecurrentEncoderConfig,
    RegularisationConfig,
    RunConfig,
    SetTransformerEncoderConfig,
    SmallerConfig,
    StartConfig,
    TokenizerConfig,
    TrainingConfig,
    TransformerDecoderConfig,
    TransformerEncoderConfig,
)
from s2s_core.errors import BadConfig, BadFile
from s2s_core.files import replacing
from s2s_core.knobs import Knob, knobs_of

SECTIONS: dict[str, tuple[type[Config], ...]] = {
    "data": (DataConfig,),
    "data.difficulty": (DifficultyConfig,),
    "data.tokenizer": (TokenizerConfig,),
    "model.encoder": (
        RecurrentEncoderConfig,
        ConvolutionalEncoderConfig,
        TransformerEncoderConfig,
        SetTransformerEncoderConfig,
    ),
    "model.decoder": (
        RecurrentDecoderConfig,
        ConvolutionalDecoderConfig,
        TransformerDecoderConfig,
    ),
    "training": (TrainingConfig,),
    "objective": (ObjectiveConfig,),
    "regularisation": (RegularisationConfig,),
    "start": (StartConfig,),
    "smaller": (SmallerConfig,),
    "decoding": (DecodingConfig,),
}


def all_knobs() -> Iterator[Knob]:
    """Yield every knob there is; those of two architectures once each."""
    for prefix, classes in SECTIONS.items():
        for config in classes:
            yield from knobs_of(config, prefix)


@cache
def kinds_of(section: str) -> tuple[str, ...]:
    """Return the architectures there are for "model.encoder" or "model.decoder"."""
    fields = (config.model_fields["kind"] for config in SECTIONS[section])
    return tuple(kind for field in fields for kind in get_args(field.annotation))


@cache
def live_knobs() -> frozenset[str]:
    """Return the keys of the knobs that may be turned during a run."""
    return frozenset(knob.key for knob in all_knobs() if knob.live)


def live_values(config: RunConfig) -> dict[str, Any]:
    """Return the values of the live knobs, by key."""
    return {key: value_of(config, key) for key in live_knobs()}


def fixed_values(config: RunConfig) -> dict[str, Any]:
    """Return all that a run keeps from its beginning to its end, by key."""
    knobs = (knob for section in SECTIONS if section != "decoding"
             for knob in knobs_in(config, section))  # fmt: skip
    return {knob.key: value_of(config, knob.key) for knob in knobs if not knob.live}


def knobs_in(config: RunConfig, section: str) -> list[Knob]:
    """Return the knobs of one section ("model.encoder") as this config has it."""
    found: type[Config] = type(value_of(config, section))
    return list(_knobs_of(found, section))


@cache
def _knobs_of(config: type[Config], section: str) -> tuple[Knob, ...]:
    return tuple(knobs_of(config, section))


def value_of(config: Config, key: str) -> Any:
    """Return the value at a key path such as "training.clip_norm"."""
    value: Any = config
    for part in key.split("."):
        if not isinstance(value, Config):
            raise BadConfig("unknown key {key}; there is nothing below a setting", key=key)
        if part not in type(value).model_fields:
            raise _unknown(key, type(value), part)
        value = getattr(value, part)
    return value


def fixed_differences(run: RunConfig, other: RunConfig) -> dict[str, Any]:
    """Return what of a run would have to be another run's, by key, with the values it has.

    Live knobs are left out, and how is decoded: they can be turned at any time. So are knobs that
    only another architecture has: its kind is named.
    """
    found = {}
    for section in SECTIONS:
        known = {knob.key for knob in knobs_in(run, section)}
        for knob in knobs_in(other, section):
            if section == "decoding" or knob.live or knob.key not in known:
                continue
            value = value_of(run, knob.key)
            if value != value_of(other, knob.key):
                found[knob.key] = value
    return found


def workload(config: RunConfig) -> RunConfig:
    """Return the config with all that makes no difference to time and memory set back."""
    given = config.training
    always_taught = given.teacher_forcing == 1.0 and config.objective.teacher_forcing == "constant"
    training = TrainingConfig(
        optimizer=given.optimizer, batch_tokens=given.batch_tokens, device=given.device,
        seed=given.seed, learning_rate=1e-6,
        teacher_forcing=1.0 if always_taught else 0.5,
        label_smoothing=0.1 if given.label_smoothing else 0.0,
        batching=given.batching, accumulate=given.accumulate, precision=given.precision,
    )  # fmt: skip
    objective = config.objective.model_copy(
        update={
            "teacher_forcing": "constant", "half_forced_after": 1, "least_teacher_forcing": 0.0,
            "free_running_loss": False, "guided_attention_width": 1.0, "risk_sharpness": 1.0,
            "risk_weight": float(config.objective.risk_weight > 0),
            **{f"{n}_weight": float(w > 0) for n, w in config.objective.task_weights.items()},
        }
    )  # fmt: skip
    return config.model_copy(
        update={
            "training": training,
            "objective": objective,
            "start": config.start.frozen,
            "smaller": SmallerConfig(),
            "regularisation": RegularisationConfig(
                ema_decay=0.5 if config.regularisation.ema_decay else 0.0,
                average_last=config.regularisation.average_last,
            ),
            "decoding": DecodingConfig(),
        }
    )


def changed(config: RunConfig, key: str, value: Any) -> RunConfig:
    """Return the config with one value changed and everything checked again.

    A new `kind` of encoder or decoder keeps the settings that both kinds have, and takes the
    defaults of the others.
    """
    return merged(config, nested(key, value))


def merged(config: RunConfig, *changes: Mapping[str, Any]) -> RunConfig:
    """Return the config with nested mappings of changes laid over it, then checked as a whole."""
    values = config.model_dump()
    for change in changes:
        values = laid_over(values, change)
    return checked(values)


def checked(values: Mapping[str, Any]) -> RunConfig:
    """Build a `RunConfig`, or refuse with the key's path, its range and what was given."""
    try:
        return RunConfig.model_validate(values)
    except ValidationError as error:
        raise _sentence(error) from None


def to_toml(config: RunConfig) -> str:
    """Return the config as the text of an experiment.toml."""
    return tomli_w.dumps(config.model_dump(exclude_none=True, mode="json"))


def save_experiment(config: RunConfig, path: Path) -> None:
    """Write an experiment.toml, whole or not at all."""
    try:
        with replacing(path) as unfinished:
            unfinished.write_text(to_toml(config), encoding="utf-8", newline="\n")
    except OSError as error:
        raise BadFile("{file} cannot be written: {why}", file=path, why=error.strerror) from None


def load_experiment(path: Path) -> RunConfig:
    """Read an experiment.toml as a whole and check it; what it does not name is as by default."""
    return merged(RunConfig(), read_experiment(path))


def read_experiment(path: Path) -> dict[str, Any]:
    """Read the changes that an experiment.toml makes to the defaults; unchecked."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadFile("{file} cannot be read: {why}", file=path, why=error.strerror) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadFile("{file} is not a TOML file: {why}", file=path, why=error) from None
    given = values.get("format", FORMAT)
    if given != FORMAT:
        raise BadFile(
            "{file} has format {given}; this version reads format {known}",
            file=path, given=given, known=FORMAT,
        )  # fmt: skip
    data = values.get("data")
    if isinstance(data, dict) and data.get("train"):
        data.setdefault("builtin", "")  # files are meant instead
    return values


def parse_setting(text: str) -> dict[str, Any]:
    """Turn "training.clip_norm=0.5" into nested changes; the value is read as TOML or as text."""
    key, value = parted_setting(text)
    return nested(key, parsed_value(value))


def parted_setting(text: str) -> tuple[str, str]:
    """Return the key of "training.clip_norm=0.5", and what it is set to, as it was typed."""
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise BadConfig("a setting is written key.path=value, not {given}", given=repr(text))
    return key.strip(), value


def parsed_value(text: str) -> Any:
    """Read a value as TOML, or as the text that it is."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def value_for(key: str, value: Any) -> Any:
    """Return a value as the knob of this key keeps it, whatever else is set; or refuse it.

    Where two architectures have the knob, it is what one of them takes.
    """
    section, _, name = key.rpartition(".")
    classes = [config for config in SECTIONS.get(section, ()) if name in config.model_fields]
    if not classes:
        changed(RunConfig(), key, value)  # which knows what may have been meant
        raise BadConfig("{key} is not a setting", key=key)
    for config in classes:
        field = config.model_fields[name]
        alone: Any = create_model(name, __base__=Config, **{name: (field.annotation, field)})  # type: ignore[call-overload]
        with suppress(ValidationError):
            return getattr(alone.model_validate({name: value}), name)
    if name == "kind":
        raise _no_such_kind(section, value)
    widest = max((k for k in all_knobs() if k.key == key), key=lambda knob: knob.high or 0)
    raise _out_of_range(widest, value)


def nested(key: str, value: Any) -> dict[str, Any]:
    for part in reversed(key.split(".")):
        value = {part: value}
    return dict(value)


def laid_over(
    base: Mapping[str, Any], changes: Mapping[str, Any], path: str = ""
) -> dict[str, Any]:
    """Lay nested changes over nested values, unchecked.

    A new `kind` of encoder or decoder drops the settings that this kind has not.
    """
    result = dict(base)
    kind = changes.get("kind")
    if kind is not None and path in ("model.encoder", "model.decoder"):
        result = {k: v for k, v in base.items() if k in fields_of_kind(path, kind)}
    for key, value in changes.items():
        where = f"{path}.{key}" if path else key
        below = result.get(key)
        if isinstance(value, Mapping) and isinstance(below, dict):
            result[key] = laid_over(below, value, where)
        else:
            result[key] = value
    return result


def fields_of_kind(section: str, kind: object) -> set[str]:
    """Return the settings that an architecture has as "model.encoder" or "model.decoder"."""
    for config in SECTIONS[section]:
        if kind in get_args(config.model_fields["kind"].annotation):
            return set(config.model_fields)
    return set()


def _unknown(key: str, config: type[BaseModel], part: str) -> BadConfig:
    near = difflib.get_close_matches(part, config.model_fields, n=1)
    if near:
        return BadConfig("unknown key {key}; did you mean {near}?", key=key, near=near[0])
    known = ", ".join(config.model_fields)
    return BadConfig("unknown key {key}; known here: {known}", key=key, known=known)


def _sentence(error: ValidationError) -> BadConfig:
    """Put pydantic's first complaint into our words."""
    first = error.errors()[0]
    place = list(first["loc"])
    while place and isinstance(place[-1], int):  # one of several: the setting is what has a name
        place.pop()
    parts = [str(part) for part in place]
    kind = parts.pop(2) if _has_union_tag(parts) else ""
    key, given = ".".join(parts), first["input"]
    if first["type"] == "extra_forbidden":
        return _unknown(key, _section_class(".".join(parts[:-1]), kind), parts[-1])
    if first["type"].startswith("union_tag"):
        return _no_such_kind(key, given.get("kind") if isinstance(given, Mapping) else given)
    if first["type"] == "value_error":
        prefix = f"{key}: " if key else ""
        return BadConfig("{prefix}{why}", prefix=prefix, why=first["ctx"]["error"])
    section = ".".join(parts[:-1])
    for known_knob in knobs_of(_section_class(section, kind), section):
        if known_knob.key == key:
            return _out_of_range(known_knob, given)
    if first["type"] in ("model_type", "model_attributes_type", "dict_type"):
        template = "{key} must be a section with settings of its own, not {given}"
        return BadConfig(template, key=key, given=repr(given))
    return BadConfig("{key}: {why}", key=key or "the experiment", why=first["msg"])


def _no_such_kind(section: str, given: object) -> BadConfig:
    known = ", ".join(sorted(kinds_of(section)))
    template = "{key} must be one of {known}, not {given}"
    return BadConfig(template, key=f"{section}.kind", known=known, given=repr(given))


def _out_of_range(knob: Knob, given: object) -> BadConfig:
    template = "{key} must be {range}, not {given}"
    return BadConfig(template, key=knob.key, range=knob.range, given=repr(given))


def _has_union_tag(parts: list[str]) -> bool:
    return len(parts) > 2 and parts[0] == "model" and parts[2] in kinds_of(".".join(parts[:2]))


def _section_class(section: str, kind: str) -> type[Config]:
    for config in SECTIONS.get(section, (RunConfig,)):
        if not kind or kind in get_args(config.model_fields["kind"].annotation):
            return config
    return RunConfig
