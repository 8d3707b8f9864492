from __future__ import annotations

from pathlib import Path

import pytest

from s2s_core.configs import RunConfig
from s2s_core.experiment import merged
from s2s_core.run_folders import new_run_folder
from tests.helpers import tiny_config


def test_a_new_run_is_named_after_corpus_architecture_and_time(tmp_path: Path) -> None:
    folder = new_run_folder(tmp_path, tiny_config("transformer", "transformer"))
    assert folder.parent == tmp_path
    assert folder.name.startswith("reverse-transformer-20")
    assert not folder.exists()


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
