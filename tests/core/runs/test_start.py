from __future__ import annotations

from pathlib import Path

import pytest
import torch

from s2s_core.configs import RunConfig
from s2s_core.errors import BadRun
from s2s_core.experiment import merged
from s2s_core.records import StartRecord
from s2s_core.runs.checkpoint import checkpoint_folder
from s2s_core.runs.journal import read_journal
from s2s_core.runs.run import Run
from s2s_core.runs.translator import load_translator
from s2s_core.runs.weights import read_weights
from tests.helpers import (
    ARCHITECTURES,
    embedding_of,
    same_weights,
    tiny_config,
    tiny_prepared,
    tiny_run,
    weights_of,
)


def config_with(config: RunConfig | None = None, **start: object) -> RunConfig:
    return merged(config or tiny_config(), {"start": start})


@pytest.fixture
def before(tmp_path: Path, prepared: Path) -> Run:
    """Return a run that has learned a little."""
    run = tiny_run(tmp_path / "before", prepared, tiny_config(training={"steps": 4}))
    list(run.events())
    return run


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_a_run_goes_on_from_the_best_weights_of_another(
    tmp_path: Path, prepared: Path, name: str
) -> None:
    config = tiny_config(*ARCHITECTURES[name], training={"steps": 3})
    list(tiny_run(tmp_path / "before", prepared, config).events())
    best = checkpoint_folder(tmp_path / "before", "best") / "weights.safetensors"
    run = tiny_run(tmp_path / "run", prepared,
                   config_with(config, from_run=str(tmp_path / "before")))  # fmt: skip
    assert same_weights(weights_of(run.trainer.model), read_weights(best))
    assert run.started[0].drawn == []
    assert run.trainer.step == 0
    assert Run.open(run.folder).started == []  # told once


def test_what_was_carried_over_stands_in_the_journal(
    before: Run, tmp_path: Path, prepared: Path
) -> None:
    config = config_with(from_run=str(before.folder))
    larger = merged(config, {"model": {"encoder": {"hidden_size": 12}}})
    run = tiny_run(tmp_path / "run", prepared, larger)
    run.keeper.journal.flush()
    told = [r for r in read_journal(run.keeper.journal.path) if isinstance(r, StartRecord)]
    assert told == run.started
    assert "decoder.layers.weight_hh_l0" in told[0].carried
    assert "encoder.layers.weight_hh_l0" in told[0].drawn
    assert sorted(told[0].carried + told[0].drawn) == sorted(run.trainer.model.state_dict())
    assert "From the run “before”: " in told[0].sentence
    was = read_weights(checkpoint_folder(before.folder, "best") / "weights.safetensors")
    now, fresh = run.trainer.model.state_dict(), tiny_run(
        tmp_path / "fresh", prepared, merged(larger, {"start": {"from_run": ""}})
    ).trainer.model.state_dict()  # fmt: skip
    assert all(torch.equal(now[name], was[name]) for name in told[0].carried)
    assert all(torch.equal(now[name], fresh[name]) for name in told[0].drawn)


def test_a_run_begins_with_the_averaged_weights_of_another_where_those_were_scored(
    tmp_path: Path, prepared: Path
) -> None:
    averaged = merged(tiny_config(), {"regularisation": {"ema_decay": 0.9}})
    before = tiny_run(tmp_path / "averaged", prepared, averaged)
    for _ in before.events():
        pass
    run = tiny_run(
        tmp_path / "run", prepared, config_with(tiny_config(), from_run=str(before.folder))
    )
    scored = load_translator(before.folder, "cpu").model.state_dict()
    begun = run.trainer.model.state_dict()
    assert all(torch.equal(begun[name], scored[name]) for name in scored)
    assert any(not torch.equal(scored[n], w) for n, w in before.trainer.model.state_dict().items())


def test_embeddings_go_by_piece_where_vocabularies_differ(before: Run, tmp_path: Path) -> None:
    config = config_with(tiny_config(), from_run=str(before.folder))
    other = merged(config, {"data": {"tokenizer": {"kind": "bpe", "vocabulary_size": 60}}})
    tiny_prepared(tmp_path / "other", other.data)
    run = tiny_run(tmp_path / "run", tmp_path / "other", other)
    was = read_weights(checkpoint_folder(before.folder, "best") / "weights.safetensors")
    for side, name in enumerate(("encoder.embedding.weight", "decoder.embedding.weight")):
        old, new = (r.tokenizers[side] for r in (before, run))
        olds, news = (t.pieces(range(t.size)) for t in (old, new))
        assert olds != news
        weight = run.trainer.model.state_dict()[name]
        same = [row for row, piece in enumerate(news) if piece in olds]
        assert 256 < len(same) < len(news)
        for row in same:
            assert torch.equal(weight[row], was[name][olds.index(news[row])])
        assert run.started[0].values[("source", "target")[side]] == len(same)


def test_a_folder_that_is_no_run_is_refused_and_nothing_is_left(
    tmp_path: Path, prepared: Path
) -> None:
    for folder, why in ((tmp_path, "is not a run"), (tmp_path / "absent", "does not exist")):
        with pytest.raises(BadRun, match=why):
            tiny_run(tmp_path / "run", prepared, config_with(from_run=str(folder)))
        assert list((tmp_path / "run").iterdir()) == []


def test_a_run_of_which_nothing_fits_is_refused(
    before: Run, tmp_path: Path, prepared: Path
) -> None:
    config = config_with(tiny_config("transformer", "transformer"), from_run=str(before.folder))
    with pytest.raises(BadRun, match=r"no matrix of .* has the name and shape"):
        tiny_run(tmp_path / "run", prepared, config)


def test_embeddings_begin_with_the_vectors_of_a_file(tmp_path: Path, prepared: Path) -> None:
    run = tiny_run(tmp_path / "drawn", prepared)
    names = run.tokenizers[0].pieces(range(run.tokenizers[0].size))
    word = next(name for name in names if name.startswith("▁") and len(name) > 1)
    size = embedding_of(run.trainer.model.encoder).embedding_dim
    path = tmp_path / "vectors.txt"
    path.write_text(f"{word[1:]} {' '.join(['0.5'] * size)}\n", encoding="utf-8")
    config = config_with(source_embeddings=str(path), target_embeddings=str(path))
    filled = tiny_run(tmp_path / "run", prepared, config)
    row = names.index(word)
    weight = embedding_of(filled.trainer.model.encoder).weight
    assert (weight[row] == 0.5).all()
    rest = [n for n in range(len(names)) if n != row]
    assert torch.equal(weight[rest], embedding_of(run.trainer.model.encoder).weight[rest])
    assert [record.values["found"] for record in filled.started] == [1, 1]
    all_pieces = run.tokenizers[0].size
    assert f"vectors of 1 of {all_pieces} source pieces" in filled.started[0].sentence


def test_a_run_with_frozen_parts_is_resumed_as_if_it_had_never_stopped(
    tmp_path: Path, prepared: Path
) -> None:
    config = config_with(freeze_encoder=True, freeze_embeddings=True)
    whole, halves = (tiny_run(tmp_path / name, prepared, config) for name in ("whole", "halves"))
    list(whole.events())
    events = halves.events()
    while next(events).record != "validation":
        pass
    events.close()
    again = Run.open(halves.folder)
    list(again.events())
    assert same_weights(weights_of(again.trainer.model), weights_of(whole.trainer.model))
    assert again.trainer.model.learned_count < again.trainer.model.parameter_count
