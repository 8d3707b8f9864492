"""What is kept of prepared corpora, while other windows look at them too."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from filelock import FileLock, Timeout

from s2s_core.data import cache
from s2s_core.data.cache import KEPT, place_in, sweep


def whole_corpora(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Make folders that pass for whole corpora, one more than is kept, the oldest first."""
    monkeypatch.setattr(cache, "is_whole", Path.is_dir)
    made = [folder / f"corpus{number:02}" for number in range(KEPT + 1)]
    for age, each in enumerate(made):
        each.mkdir()
        os.utime(each, (age, age))
    return made


def test_nobody_else_can_take_a_folder_that_is_being_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    oldest, *others = whole_corpora(tmp_path, monkeypatch)
    remove, removed = shutil.rmtree, []

    def removing(folder: Path, *, ignore_errors: bool) -> None:
        with pytest.raises(Timeout):
            FileLock(f"{folder}.lock").acquire(timeout=0)
        removed.append(folder)
        remove(folder, ignore_errors=ignore_errors)

    monkeypatch.setattr(shutil, "rmtree", removing)
    sweep(tmp_path)
    assert removed == [oldest]
    assert sorted(tmp_path.iterdir()) == others


def test_a_folder_that_is_taken_while_others_are_looked_at_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    oldest, *_, newest = whole_corpora(tmp_path, monkeypatch)
    theirs = FileLock(f"{oldest}.lock")

    def is_whole(folder: Path) -> bool:
        if folder == newest:  # another window, in the midst of it
            theirs.acquire(timeout=0)
        return True

    monkeypatch.setattr(cache, "is_whole", is_whole)
    list_of = Path.iterdir
    monkeypatch.setattr(Path, "iterdir", lambda path: iter(sorted(list_of(path))))
    sweep(tmp_path)
    theirs.release()
    assert oldest.is_dir()


def test_two_that_sweep_at_once_do_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole_corpora(tmp_path, monkeypatch)

    def is_whole(folder: Path) -> bool:
        folder.rmdir()  # the other was first
        return True

    monkeypatch.setattr(cache, "is_whole", is_whole)
    sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_lock_that_others_look_at_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows refuses to remove a file that another process has opened."""

    def refused(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(path)

    with place_in(tmp_path, "corpus") as folder:
        folder.mkdir()
        monkeypatch.setattr(Path, "unlink", refused)
