from __future__ import annotations

from pathlib import Path

import pytest
from filelock import FileLock

from s2s_core.configs import RunConfig
from s2s_core.experiment import merged
from s2s_core.run_folders import TRAINING_LOCK, hold, is_in_use, is_run, lost_steps, new_run_folder
from tests.helpers import tiny_config


def test_a_new_run_is_named_after_corpus_architecture_and_time(tmp_path: Path) -> None:
    folder = new_run_folder(tmp_path, tiny_config("transformer", "transformer"))
    assert folder.parent == tmp_path
    assert folder.name.startswith("reverse-transformer-20")
    assert not folder.exists()
    folder = new_run_folder(tmp_path, tiny_config("transformer", "transformer"), "transformer-tiny")
    assert folder.name.startswith("reverse-transformer-tiny-20")


def test_two_runs_of_the_same_second_get_two_names(tmp_path: Path) -> None:
    folders = set()
    for _ in range(3):
        folder = new_run_folder(tmp_path, RunConfig())
        folder.mkdir()
        folders.add(folder)
    assert len(folders) == 3


@pytest.mark.parametrize("title", ["../../etc/passwd", "a b/c\\d:e", "x" * 300, "Größe 猫"])
def test_any_title_gives_a_plain_name(tmp_path: Path, title: str) -> None:
    data = {"builtin": "", "train": [f"{title}.tsv"]}
    folder = new_run_folder(tmp_path, merged(RunConfig(), {"data": data}))
    assert folder.parent == tmp_path
    assert not set(folder.name) & set("/\\: .")
    assert len(folder.name) < 80
    folder.mkdir()


def test_a_folder_that_cannot_be_asked_for_is_no_run() -> None:
    folder = Path("/", "x" * 300)  # not just absent: the system refuses to look, as at a dead mount
    assert not is_run(folder)
    assert not is_in_use(folder)


def test_a_run_has_an_experiment_and_checkpoints(tmp_path: Path) -> None:
    assert not is_run(tmp_path)
    (tmp_path / "experiment.toml").touch()
    assert not is_run(tmp_path)
    (tmp_path / "checkpoints").mkdir()
    assert is_run(tmp_path)


def test_a_run_that_is_open_or_trained_is_in_use_until_it_is_let_go(tmp_path: Path) -> None:
    assert not is_in_use(tmp_path)
    assert not list(tmp_path.iterdir())  # asking leaves nothing behind
    held = hold(tmp_path)
    assert held
    assert is_in_use(tmp_path)
    assert hold(tmp_path) is None  # another window
    held.release()
    assert not is_in_use(tmp_path)
    with FileLock(tmp_path / TRAINING_LOCK).acquire(timeout=0):
        assert is_in_use(tmp_path)
    assert not is_in_use(tmp_path)


def test_a_folder_that_is_gone_is_not_in_use_and_held_by_nobody(tmp_path: Path) -> None:
    gone = tmp_path / "file"
    gone.touch()
    assert not is_in_use(gone / "run")
    lock = hold(gone / "run")
    assert lock is not None
    lock.release()


def test_what_a_journal_knows_after_the_last_checkpoint_is_lost(tmp_path: Path) -> None:
    assert lost_steps(tmp_path) == (0, 0)  # no run
    (tmp_path / "checkpoints").mkdir()
    index, journal = tmp_path / "checkpoints" / "index.json", tmp_path / "journal.jsonl"
    index.write_text('{"last": "step-000000003"}')
    journal.write_text("".join(f'{{"record": "step", "step": {n}}}\n' for n in range(1, 9_001)))
    assert lost_steps(tmp_path) == (3, 8_997)
    index.write_text('{"last": "step-000009000-2"}')
    assert lost_steps(tmp_path) == (9_000, 0)
    for nonsense in ("", "[]", '{"last": "best"}', '{"last": 3}'):
        index.write_text(nonsense)
        assert lost_steps(tmp_path) == (0, 0)
