"""What the banner offers: the newest unfinished run that no other window has."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.bridge.course import Course
from app.bridge.messages import RunState
from app.bridge.rewinding import WayBack
from app.bridge.trials import LEFT, NOT_BEGUN
from app.compare_dialog import CompareDialog
from app.run_titles import run_title
from app.settings import Recent
from s2s_core.comparing import Compared
from s2s_core.grid import Grid
from s2s_core.grid_folder import GridFolder
from s2s_core.records import FailureRecord, StartRecord
from s2s_core.run_folders import hold, is_in_use
from tests.app.conftest import OpenWindow, endless
from tests.app.seen import banner


def run_folder(parent: Path, name: str) -> Path:
    folder = parent / name
    (folder / "checkpoints").mkdir(parents=True)
    (folder / "experiment.toml").touch()
    return folder


def test_a_run_that_another_window_has_is_not_offered(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    opened = open_window()
    old, new = run_folder(tmp_path, "old"), run_folder(tmp_path, "new")
    for folder in (old, new):
        opened.settings.note_run(folder, is_finished=False)
    elsewhere = hold(new)
    opened.window.notices.offer_last_run()
    assert "“old”" in banner(opened)
    opened.window.banner.dismiss()
    assert elsewhere
    elsewhere.release()
    opened.window.notices.offer_last_run()
    assert "“new”" in banner(opened)


def test_a_run_of_a_comparison_offers_the_table_of_all(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    opened = open_window()
    plan = GridFolder.new(tmp_path / "mine", Grid.parse(["training.seed=1,2"]), [], [])
    plan.save([Compared(run.folder) for run in plan.runs])
    opened.settings.note_run(run_folder(plan.folder, "seed-1"), is_finished=False)
    opened.window.notices.offer_last_run()
    assert "“mine” was left before all" in banner(opened)
    opened.window.banner._actions[0].click()
    (dialog,) = opened.window.findChildren(CompareDialog)
    assert dialog.is_table_shown()
    assert dialog.windowTitle() == "Compare settings — mine"
    assert [trial.state for trial in opened.controller.comparing.trials] == [LEFT, NOT_BEGUN]
    assert opened.settings.recent[0] == Recent("comparison", (str(plan.folder),))
    dialog.close()


def test_a_comparison_that_a_new_run_has_ended_is_offered(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    opened = open_window().training().paused()
    state = opened.controller.run
    left = run_folder(tmp_path / "mine", "seed-1")
    (left.parent / "grid.json").touch()
    opened.controller.comparing.left.emit(left.parent)
    opened.controller.run_changed.emit(replace(state, folder=str(run_folder(tmp_path, "other"))))
    assert "“mine” was left before all" in banner(opened)
    opened.controller.run_changed.emit(state)


def test_an_open_run_is_in_use_until_it_is_closed(open_window: OpenWindow) -> None:
    opened = open_window().training().paused()
    folder = Path(opened.controller.run.folder)
    assert is_in_use(folder)
    opened.controller.close_run()
    opened.wait(lambda: not opened.controller.run.folder)
    assert not is_in_use(folder)
    opened.controller.open_run(folder)
    opened.wait(lambda: opened.controller.run.folder)
    assert is_in_use(folder)
    opened.window.close()
    assert not is_in_use(folder)


def test_a_run_that_is_open_in_another_window_is_shown_with_a_warning(
    open_window: OpenWindow,
) -> None:
    opened = open_window().training().paused()
    folder = Path(opened.controller.run.folder)
    opened.controller.close_run()
    opened.wait(lambda: not opened.controller.run.folder)
    elsewhere = hold(folder)
    opened.controller.open_run(folder)
    opened.wait(lambda: "open in another window" in banner(opened))
    assert opened.window.banner.property("kind") == "warning"
    assert elsewhere
    elsewhere.release()


def test_an_error_in_front_of_the_offer_gives_it_back(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    opened = open_window().ready()
    opened.settings.note_run(run_folder(tmp_path, "waiting"), is_finished=False)
    opened.window.notices.offer_last_run()
    opened.window.notices.show_failure(FailureRecord("{file} is empty", {"file": "a.txt"}))
    assert banner(opened) == "a.txt is empty"
    opened.window.banner.dismiss()
    assert "“waiting”" in banner(opened)
    opened.window.banner.dismiss()
    assert not banner(opened)


def test_the_offer_stays_beside_a_run_that_was_begun_instead(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    opened = open_window().ready()
    opened.settings.note_run(run_folder(tmp_path, "waiting"), is_finished=False)
    opened.window.notices.offer_last_run()
    opened.training().paused()
    assert banner(opened) == "This is another run; “waiting” still waits to be finished."
    opened.window.notices.show_failure(FailureRecord("{file} is empty", {"file": "a.txt"}))
    opened.window.banner.dismiss()
    assert "“waiting”" in banner(opened)
    opened.window.banner.dismiss()
    opened.controller.new_run()
    opened.wait(lambda: opened.controller.run.playing)
    assert not banner(opened)  # it was closed by hand


def test_several_waiting_runs_are_counted(open_window: OpenWindow, tmp_path: Path) -> None:
    opened = open_window()
    for name in ("one", "two", "three"):
        folder = run_folder(tmp_path, name)
        opened.settings.note_run(folder, is_finished=False)
        if name != "one":  # which has left the list
            opened.settings.note_opened("run", str(folder))
    opened.window.notices.offer_last_run()
    assert banner(opened) == (
        "The run “three” was left before it was finished. 1 more unfinished run in "
        "File ▸ Open recent."
    )


def test_what_a_killed_run_has_lost_is_told(open_window: OpenWindow, tmp_path: Path) -> None:
    opened, folder = open_window(), run_folder(tmp_path, "killed")
    (folder / "checkpoints" / "index.json").write_text('{"last": "step-000000400-2"}')
    lines = (f'{{"record": "step", "step": {n}, "loss": 1.0}}\n' for n in range(380, 533))
    (folder / "journal.jsonl").write_text("".join(lines) + '{"record": "step", "st')
    opened.settings.note_run(folder, is_finished=False)
    opened.window.notices.offer_last_run()
    assert banner(opened) == (
        "The run “killed” was cut off before it was finished. It goes on at step 400; the 132 "
        "steps after it were not saved."
    )


def test_the_offer_goes_when_another_run_was_trained_for_long(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    opened = open_window().ready()
    folder = run_folder(tmp_path, "waiting")
    opened.settings.note_run(folder, is_finished=False)
    opened.window.notices.offer_last_run()
    opened.training().paused()
    last = opened.controller.last_step
    assert last is not None
    for seconds in (30.0, 59.0):
        records = [replace(last, elapsed_seconds=last.elapsed_seconds + seconds)]
        opened.controller.records.emit(records)
        assert "“waiting”" in banner(opened)
    opened.controller.records.emit([replace(last, elapsed_seconds=last.elapsed_seconds + 61)])
    assert not banner(opened)
    assert "“waiting” is in File ▸ Open recent" in opened.window.status.sentence.text()
    assert Recent("run", (str(folder),)) in opened.settings.recent
    opened.window.notices.show_failure(FailureRecord("{file} is empty", {"file": "a.txt"}))
    opened.window.banner.dismiss()
    assert not banner(opened)


@pytest.mark.parametrize("is_gone", [True, False])
def test_an_offer_that_no_longer_holds_is_not_made_again(
    open_window: OpenWindow, tmp_path: Path, is_gone: bool
) -> None:
    opened, folder = open_window(), run_folder(tmp_path, "waiting")
    opened.settings.note_run(folder, is_finished=False)
    opened.window.notices.offer_last_run()
    assert "“waiting”" in banner(opened)
    elsewhere = None if is_gone else hold(folder)
    if is_gone:
        shutil.rmtree(folder)
    opened.window.notices._follow_run(RunState(str(tmp_path / "another"), 0))
    assert "“waiting”" not in banner(opened)
    if elsewhere:
        elsewhere.release()


@pytest.mark.parametrize("steps", [4, 0])
def test_only_a_run_that_came_to_its_end_is_forgotten(open_window: OpenWindow, steps: int) -> None:
    opened = open_window(endless(steps=steps)).training()
    if steps:
        opened.wait(lambda: opened.controller.run.ended == "steps")
    folder = Path(opened.controller.run.folder)
    opened.window.close()
    assert (folder in opened.settings.unfinished) == (steps == 0)


def test_where_the_run_is_that_a_new_one_took_the_place_of(open_window: OpenWindow) -> None:
    opened = open_window().training()
    first, told = Path(opened.controller.run.folder), list[str]()
    opened.window.notices.told.connect(told.append)
    opened.controller.new_run()
    opened.wait(lambda: opened.controller.run.folder not in ("", str(first)))
    assert told == [f"“{run_title(first)}” is kept, in File ▸ Open recent."]


def test_a_run_that_was_only_looked_at_waits_for_nothing(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    opened = open_window().training().paused()
    folder = Path(opened.controller.run.folder)
    opened.controller.close_run()
    opened.wait(lambda: not opened.controller.run.folder)
    shutil.copytree(folder, tmp_path / "copy")
    opened.controller.open_run(tmp_path / "copy")
    opened.wait(lambda: opened.controller.run.folder)
    opened.window.close()
    assert opened.settings.unfinished == [folder]


def test_what_a_run_began_with_is_told(
    open_window: OpenWindow,
) -> None:
    opened = open_window().training().paused()
    template = "From {file}: vectors of {found} of {all} source pieces. The others are drawn."
    for file in ("one.vec", "two.vec"):
        values = {"file": file, "found": 3, "all": 9}
        opened.window._controller.started.emit(StartRecord(template, values, ["a"], ["b"]))
    assert banner(opened).split("\n") == [
        f"From {file}: vectors of 3 of 9 source pieces. The others are drawn."
        for file in ("one.vec", "two.vec")
    ]


def test_what_stopped_training_offers_the_way_back(open_window: OpenWindow) -> None:
    opened = open_window(endless(learning_rate=1e-3)).training(3)
    controller, window = opened.controller, opened.window
    failed = replace(controller.run, ended="failed", playing=False)
    window.notices.show_failure(FailureRecord("the loss became nan"))
    controller.run = failed
    controller.run_changed.emit(failed)
    assert [text.text() for text in window.banner._actions] == ["Rewind"]
    window.banner._actions[0].click()
    opened.wait(lambda: controller.draft.config.training.learning_rate == 5e-4)


@pytest.mark.parametrize("has_failed", [True, False])
def test_a_run_at_the_rate_at_which_the_last_one_went_wrong_is_warned_of(
    open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch, *, has_failed: bool
) -> None:
    opened = open_window(endless(learning_rate=1e-3)).training(3)
    controller, window = opened.controller, opened.window
    usual = window.bar.preset_rate.usual()
    controller.steering.turn("training.learning_rate", 1.0)
    opened.wait(lambda: window.notices._rate == 1.0)
    if has_failed:
        window.notices._has_failed = True
    else:
        monkeypatch.setattr(Course, "wrong_since", 1)
        opened.wait(lambda: window.notices._went_wrong)
    before = controller.run.folder
    controller.new_run()
    opened.wait(lambda: controller.run.folder not in ("", before))
    assert "too, has learning rate 1, at which" in banner(opened)
    if not has_failed:  # and goes wrong as well: the next start tells
        opened.wait(lambda: window.notices._went_wrong)
        assert opened.settings.wrong_rate == 1.0
        window.notices.offer_last_run()
        assert "still set, at which the last run went wrong" in banner(opened)
    window.banner._actions[0].click()
    opened.wait(lambda: controller.draft.config.training.learning_rate == usual)
    assert not banner(opened)


def test_a_rewind_that_goes_far_is_asked_about(open_window: OpenWindow) -> None:
    opened = open_window(endless(learning_rate=1e-3)).training(3)
    controller, window = opened.controller, opened.window
    opened.paused()
    way = WayBack(0, 5e-4, 1200)
    controller.rewinding.asked.emit(way)
    assert banner(opened) == (
        "The newest checkpoint is of step 0: a rewind loses the 1,200 steps since."
    )
    controller.course.ran_away_since = 1400
    controller.rewinding.asked.emit(way)
    assert banner(opened) == (
        "The newest checkpoint from before it went wrong is of step 0: a rewind also loses 1,200 "
        "steps that went well."
    )
    controller.course.ran_away_since = 0
    window.banner._actions[0].click()
    opened.wait(lambda: controller.draft.config.training.learning_rate == 5e-4)
    assert controller.run.step == 0


def test_escape_closes_the_message_wherever_the_focus_is(open_window: OpenWindow) -> None:
    opened = open_window()
    opened.window.notices.show_note("All is well")
    assert banner(opened)
    QTest.keyClick(opened.window.bar.train, Qt.Key.Key_Escape)
    assert not banner(opened)
