from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import tomli_w

from s2s_core.configs import (
    RecurrentDecoderConfig,
    RecurrentEncoderConfig,
    RunConfig,
    TransformerDecoderConfig,
    TransformerEncoderConfig,
)
from s2s_core.errors import BadConfig, BadFile
from s2s_core.experiment import (
    SECTIONS,
    all_knobs,
    changed,
    checked,
    fixed_differences,
    knobs_in,
    load_experiment,
    merged,
    parse_setting,
    read_experiment,
    save_experiment,
    to_toml,
    value_of,
    workload,
)
from s2s_core.knobs import Knob, knobs_of
from tests.helpers import ARCHITECTURES, tiny_config

KNOBS = list(all_knobs())


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_an_experiment_survives_toml(tmp_path: Path, name: str) -> None:
    config = tiny_config(
        *ARCHITECTURES[name],
        data={"builtin": "", "train": ["a.en", "b \\ é.fr"], "validation": ("c.tsv",)},
        training={"learning_rate": 1.25e-5, "minutes": 2.5},
    )
    path = tmp_path / "experiment.toml"
    path.write_text(to_toml(config), encoding="utf-8")
    assert merged(RunConfig(), read_experiment(path)) == config
    assert read_experiment(path)["format"] == 1


def test_a_file_may_name_only_what_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "experiment.toml"
    path.write_text("[training]\nsteps = 7\n")
    assert merged(RunConfig(), read_experiment(path)) == changed(RunConfig(), "training.steps", 7)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "cannot be read: No such file"),
        (b"steps = = 3", "is not a TOML file"),
        (b"\xff\xfe\x00binary", "is not a TOML file"),
        (b"format = 2", "has format 2; this version reads format 1"),
    ],
)
def test_a_file_that_is_no_experiment_is_refused(
    tmp_path: Path, content: bytes | None, sentence: str
) -> None:
    path = tmp_path / "experiment.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadFile, match=sentence):
        read_experiment(path)
    with pytest.raises(BadFile, match="cannot be read: Is a directory"):
        read_experiment(tmp_path)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"training": {"step": 3}}, "unknown key training.step; did you mean steps?"),
        ({"trainin": {}}, "unknown key trainin; did you mean training?"),
        ({"1": 2}, "unknown key 1; known here: format, data, model"),
        ({"model": {"encoder": {"kind": "gru", "lairs": 2}}},
         "unknown key model.encoder.lairs; did you mean layers?"),
        ({"model": {"encoder": {"kind": "transformer", "bidirectional": True}}},
         "unknown key model.encoder.bidirectional; known here: kind, layers, heads"),
        ({"model": {"encoder": {"heads": 2}}}, "unknown key model.encoder.heads; known here: kind"),
        ({"data": {"tokenizer": {"sort": "bpe"}}}, "unknown key data.tokenizer.sort"),
        ({"training": {"steps": -1}},
         "training.steps must be a whole number between 0 and 100000000, not -1"),
        ({"training": {"steps": 1.5}}, "training.steps must be a whole number between"),
        ({"training": {"learning_rate": 5000.0}},
         "training.learning_rate must be between 1e-06 and 10, not 5000.0"),
        ({"training": {"minutes": float("inf")}}, "training.minutes must be between 0 and"),
        ({"training": {"device": "tpu"}},
         "training.device must be one of auto, cpu, cuda, mps, not 'tpu'"),
        ({"data": {"swap_sides": "perhaps"}},
         "data.swap_sides must be true or false, not 'perhaps'"),
        ({"data": {"train": "a.tsv"}}, "data.train must be a list, not 'a.tsv'"),
        ({"training": {"clip_norm": {"x": 1}}}, "training.clip_norm must be between 0 and 1000"),
        ({"model": {"encoder": {"kind": "cnn"}}},
         "model.encoder.kind must be one of convolutional, gru, lstm, rnn, set_transformer, "
         "transformer, not 'cnn'"),
        ({"model": {"decoder": 5}}, "model.decoder must be a section with settings of its own"),
        ({"model": {"decoder": {"kind": 5}}},
         "model.decoder.kind must be one of convolutional, gru, lstm, rnn, transformer, not 5"),
        ({"training": 5}, "training must be a section with settings of its own, not 5"),
        ({"data": {"train": ["a.tsv"]}}, "name either data.builtin or files in data.train"),
        ({"data": {"builtin": ""}}, "name either data.builtin or files in data.train"),
        ({"data": {"builtin": "", "train": ["a", "b", "c"]}}, "one file with both sides, or two"),
        ({"model": {"encoder": {"kind": "gru", "hidden_size": 9}}}, "must be even"),
        ({"model": {"encoder": {"kind": "transformer", "heads": 3}}},
         "hidden_size must be even and a multiple of heads; 128 is not for 3 heads"),
        ({"model": {"decoder": {"kind": "transformer", "heads": 2, "hidden_size": 6,
                                "positions": "rotary"}}},
         "rotary positions need heads of an even size; hidden_size 6 over 2 heads gives 3"),
        ({"model": {"decoder": {"attention": "dot", "hidden_size": 64}}},
         "dot attention needs one hidden_size for encoder and decoder, not 128 and 64"),
        ({"model": {"encoder": {"shared_embedding": True}}}, "needs data.tokenizer.joint"),
        ({"data": {"tokenizer": {"joint": True}},
          "model": {"encoder": {"shared_embedding": True, "embedding_size": 64}}},
         "needs embeddings of one width, not 64 and 128"),
        ({"format": 2}, "format"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_the_key_and_what_would_be_right(
    values: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(BadConfig) as caught:
        merged(RunConfig(), values)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("section", "config", "knob"),
    [
        pytest.param(section, config, knob, id=f"{config.__name__}.{knob.key}")
        for section, configs in SECTIONS.items()
        for config in configs
        for knob in knobs_of(config, section)
        if knob.low is not None
    ],
)
def test_a_number_outside_its_range_is_refused(section: str, config: Any, knob: Knob) -> None:
    kind = config.model_fields.get("kind") if section.startswith("model.") else None
    values = {"kind": kind.default} if kind else {}
    assert knob.low is not None
    assert knob.high is not None
    for wrong in (knob.low - 1, knob.high + 1):
        changes: dict[str, Any] = {**values, knob.key.rpartition(".")[2]: wrong}
        for part in reversed(section.split(".")):
            changes = {part: changes}
        with pytest.raises(BadConfig) as caught:
            merged(RunConfig(), changes)
        assert f"{knob.key} must be {knob.range}, not " in str(caught.value)


def test_a_new_kind_keeps_the_settings_that_both_have() -> None:
    config = merged(
        RunConfig(),
        {
            "model": {
                "encoder": {"layers": 3, "hidden_size": 64, "dropout": 0.3, "bidirectional": False},
                "decoder": {"layers": 2, "hidden_size": 64, "attention": "general"},
            }
        },
    )
    other = changed(config, "model.encoder.kind", "transformer").model.encoder
    assert isinstance(other, TransformerEncoderConfig)
    assert (other.layers, other.hidden_size, other.dropout) == (3, 64, 0.3)
    assert (other.heads, other.inner_size) == (4, 512)
    writer = changed(config, "model.decoder.kind", "transformer").model.decoder
    assert isinstance(writer, TransformerDecoderConfig)
    assert (writer.layers, writer.hidden_size) == (2, 64)
    lstm = changed(config, "model.encoder.kind", "lstm").model.encoder
    assert isinstance(lstm, RecurrentEncoderConfig)
    assert not lstm.bidirectional
    back = changed(
        changed(config, "model.decoder.kind", "transformer"), "model.decoder.kind", "rnn"
    )
    assert isinstance(back.model.decoder, RecurrentDecoderConfig)
    assert (back.model.decoder.kind, back.model.decoder.layers) == ("rnn", 2)
    assert back.model.decoder.attention == "additive"


def test_changing_a_config_leaves_the_old_one_alone() -> None:
    config = RunConfig()
    assert changed(config, "training.steps", 7).training.steps == 7
    assert config == RunConfig()
    with pytest.raises(Exception, match="frozen"):
        config.training.steps = 7


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("training.steps=5", 5),
        ("training.steps = 5", 5),
        ("training.clip_norm=0.5", 0.5),
        ("training.learning_rate=1e-3", 1e-3),
        ("data.swap_sides=true", True),
        ("training.optimizer=sgd", "sgd"),
        ('training.optimizer="sgd"', "sgd"),
        ('data.train=["a.tsv", "b.tsv"]', ["a.tsv", "b.tsv"]),
        ("data.builtin=", ""),
        ("data.builtin=a=b", "a=b"),
        ("data.builtin=C:\\files\\new", "C:\\files\\new"),
    ],
)
def test_a_setting_is_read_as_toml_or_as_text(text: str, value: object) -> None:
    key = text.partition("=")[0].strip()
    section, name = key.split(".")
    assert parse_setting(text) == {section: {name: value}}


@pytest.mark.parametrize("text", ["training.steps", "=5", " = 5", ""])
def test_a_setting_without_key_or_value_is_refused(text: str) -> None:
    with pytest.raises(BadConfig, match=r"a setting is written key\.path=value, not "):
        parse_setting(text)


@pytest.mark.parametrize("knob", KNOBS, ids=lambda knob: knob.key)
def test_every_knob_explains_itself(knob: Knob) -> None:
    assert knob.help[:1].isupper()
    assert knob.help.endswith(".")
    assert knob.range
    assert knob.name in knob.key.replace("_", " ")
    if knob.type in (int, float):
        assert knob.low is not None
        assert knob.high is not None
        assert knob.low <= knob.default <= knob.high
    if knob.names:
        assert knob.default in knob.names


def test_every_setting_is_a_knob_in_a_known_section() -> None:
    listed = {knob.key for knob in KNOBS}

    def keys(values: dict[str, Any], path: str = "") -> set[str]:
        found = set()
        for name, value in values.items():
            where = f"{path}.{name}" if path else name
            found |= keys(value, where) if isinstance(value, dict) else {where}
        return found

    for name in ARCHITECTURES:
        assert keys(tiny_config(*ARCHITECTURES[name]).model_dump()) - {"format"} <= listed
    assert {key.partition(".")[0] for key in listed} <= set(RunConfig.model_fields)


def test_the_knobs_of_a_section_are_those_of_its_kind() -> None:
    assert "model.decoder.attention" in {k.key for k in knobs_in(RunConfig(), "model.decoder")}
    keys = {k.key for k in knobs_in(tiny_config("gru", "transformer"), "model.decoder")}
    assert "model.decoder.heads" in keys
    assert "model.decoder.attention" not in keys


def test_a_value_is_found_by_its_path() -> None:
    assert value_of(RunConfig(), "data.tokenizer.kind") == "bpe"
    with pytest.raises(BadConfig, match=r"unknown key data\.tokeniser; did you mean tokenizer"):
        value_of(RunConfig(), "data.tokeniser")
    with pytest.raises(BadConfig, match="nothing below a setting"):
        value_of(RunConfig(), "data.tokenizer.kind.more")


def test_toml_can_write_every_default() -> None:
    values = RunConfig().model_dump(mode="json")
    assert checked(values) == RunConfig()
    assert tomli_w.dumps(values)


def test_files_that_are_named_stand_for_the_built_in_corpus(tmp_path: Path) -> None:
    path = tmp_path / "experiment.toml"
    path.write_text('[data]\ntrain = ["mine.tsv"]\n', encoding="utf-8")
    assert load_experiment(path).data.builtin == ""


def test_a_saved_experiment_is_the_same_when_loaded(tmp_path: Path) -> None:
    config = tiny_config("lstm", "transformer", data={"builtin": "", "train": ["a b.tsv", "é"]})
    path = tmp_path / "my experiment.toml"
    path.write_text("something older", encoding="utf-8")
    save_experiment(config, path)
    assert load_experiment(path) == config
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_an_experiment_is_saved_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "experiment.toml"
    save_experiment(tiny_config(), path)

    def half(self: Path, text: str, **more: object) -> None:
        with self.open("w", encoding="utf-8") as file:
            file.write(text[:20])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", half)
    with pytest.raises(BadFile, match=r"experiment\.toml cannot be written: No space left"):
        save_experiment(tiny_config("lstm", "lstm"), path)
    assert load_experiment(path) == tiny_config()
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_an_experiment_cannot_be_saved_where_there_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="cannot be written: No such file or directory"):
        save_experiment(tiny_config(), tmp_path / "no" / "experiment.toml")


def test_an_experiment_that_is_not_one_says_why(tmp_path: Path) -> None:
    path = tmp_path / "experiment.toml"
    path.write_text("[training]\nsteps = -1\n", encoding="utf-8")
    with pytest.raises(BadConfig, match=r"training\.steps must be a whole number between 0"):
        load_experiment(path)
    with pytest.raises(BadFile, match="cannot be read"):
        load_experiment(tmp_path / "nothing.toml")


def test_only_what_changes_a_steps_work_is_another_workload() -> None:
    config = tiny_config()
    same: dict[str, object] = {
        "training.learning_rate": 0.5, "training.steps": 9, "decoding.beam_size": 2,
        "training.teacher_forcing": 1.0, "regularisation.l2": 0.1,
        "objective.half_forced_after": 9, "objective.free_running_loss": True,
    }  # fmt: skip
    for key, value in same.items():
        assert workload(changed(config, key, value)) == workload(config)
    other: dict[str, object] = {
        "training.batch_tokens": 99, "model.encoder.layers": 3, "training.optimizer": "sgd",
        "training.teacher_forcing": 0.9, "objective.teacher_forcing": "linear",
        "objective.loss": "binary_cross_entropy", "objective.language_model_weight": 1.0,
        "training.label_smoothing": 0.2, "regularisation.ema_decay": 0.9,
    }  # fmt: skip
    for key, value in other.items():
        assert workload(changed(config, key, value)) != workload(config)


@pytest.mark.parametrize(
    ("key", "value", "waits"),
    [
        ("training.learning_rate", 0.5, False), ("training.clip_norm", 0.5, False),
        ("decoding.search", "beam", False), ("model.encoder.layers", 3, True),
        ("data.swap_sides", True, True), ("training.batch_tokens", 99, True),
        ("data.tokenizer.joint", True, True), ("model.encoder.kind", "transformer", True),
    ],
)  # fmt: skip
def test_what_a_run_cannot_take_on_is_known_with_the_runs_value(
    key: str, value: object, waits: bool
) -> None:
    run = tiny_config()
    assert fixed_differences(run, run) == {}
    found = fixed_differences(run, changed(run, key, value))
    assert found.get(key) == (value_of(run, key) if waits else None)
    assert bool(found) == waits
