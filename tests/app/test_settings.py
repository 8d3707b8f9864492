"""Settings: typed, remembered, told, and never outside the user's own folders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QPoint, QSettings

from app.settings import MOST_OF_A_KIND, MOST_RECENT, SIZES, AppSettings, Recent


@pytest.fixture(autouse=True)
def _fresh(qapp: object) -> Iterator[None]:
    QSettings("s2s-playground", "window").clear()
    yield
    QSettings("s2s-playground", "window").clear()


def test_without_a_memory_there_are_defaults() -> None:
    settings = AppSettings()
    assert settings.theme == "system"
    assert settings.size == 100
    assert settings.language == "system"
    assert settings.device == "auto"
    assert settings.unfinished == []
    assert settings.recent == []
    assert settings.geometry.isEmpty()
    assert settings.layout.isEmpty()
    assert Path(settings.open_folder) == Path.home()


def test_what_is_set_is_remembered(tmp_path: Path) -> None:
    before = AppSettings()
    before.theme = "dark"
    before.size = 150
    before.language = "zh_CN"
    before.device = "cpu"
    before.runs_folder = tmp_path / "runs über"
    before.note_run(Path("/runs/über"), is_finished=False)
    before.note_opened("corpus", "a.en", "a.de")
    before.open_folder = "/corpora"
    before.save_folder = "/pictures"
    before.geometry = QByteArray(b"\0geometry\xff")
    before.layout = QByteArray(b"layout")
    after = AppSettings()
    assert (after.theme, after.size, after.language, after.device) == ("dark", 150, "zh_CN", "cpu")
    assert after.runs_folder == tmp_path / "runs über"
    assert after.unfinished == [Path("/runs/über")]
    assert after.recent == [Recent("corpus", ("a.en", "a.de"))]
    assert (after.open_folder, after.save_folder) == ("/corpora", "/pictures")
    assert after.geometry == QByteArray(b"\0geometry\xff")
    assert after.layout == QByteArray(b"layout")


def test_sentences_are_remembered_whatever_they_hold() -> None:
    rows = [
        ("the cat\nשלום 🙂", "le chat;, %2\n\\", 12, "Pairs: a → b", "run"),
        ("", "", 0, "", ""),
    ]
    AppSettings().sentences = rows
    assert AppSettings().sentences == rows
    QSettings("s2s-playground", "window").setValue("sentences", '[["a", "b", 7]]')  # older
    assert AppSettings().sentences == [("a", "b", 7, "", "")]


@pytest.mark.parametrize(
    "value", ["", "no json", "[1, 2]", '[["a", "b", "c"]]', "{}", '[["a", "b", Infinity]]', "7"]
)
def test_sentences_written_by_hand_do_no_harm(value: str) -> None:
    QSettings("s2s-playground", "window").setValue("sentences", value)
    assert AppSettings().sentences == []


def test_every_change_that_acts_is_told(tmp_path: Path) -> None:
    settings = AppSettings()
    told: list[object] = []
    for signal in (
        settings.theme_changed, settings.size_changed, settings.language_changed,
        settings.device_changed, settings.runs_folder_changed,
    ):  # fmt: skip
        signal.connect(told.append)
    settings.theme, settings.size, settings.language = "light", 125, "en"
    settings.device, settings.runs_folder = "cpu", tmp_path
    assert told == ["light", 125, "en", "cpu", tmp_path]


@pytest.mark.parametrize(
    "nonsense", ["purple", "", "3.7", "[1, 2", '{"a": 1}', QPoint(3, 4), ["a", "b"], 7, None]
)
def test_a_foreign_value_is_as_good_as_none(nonsense: object) -> None:
    store = QSettings("s2s-playground", "window")
    for key in (
        "theme", "size", "language", "device", "runs_folder", "recent", "unfinished", "sentences",
        "corpora", "window/layout", "window/geometry",
    ):  # fmt: skip
        store.setValue(key, nonsense)
    settings = AppSettings()
    assert settings.theme == "system"
    assert settings.size in SIZES
    assert isinstance(settings.language, str)
    assert isinstance(settings.corpora, str)
    assert settings.device == "auto"
    assert settings.runs_folder.is_absolute()
    assert settings.recent == []
    assert settings.unfinished == []
    assert settings.sentences == []
    assert settings.geometry.isEmpty()
    assert settings.layout.isEmpty()


@pytest.mark.qt_log_ignore("QVariant::load")  # Qt's own complaint, to the terminal
@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00rubbish\x00[[[", b"[General]\ntheme=@Variant(\\0\\0\\0\\x7f)\n", b"="]
)
def test_a_broken_file_gives_the_defaults(content: bytes) -> None:
    place = Path(QSettings("s2s-playground", "window").fileName())
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    QSettings("s2s-playground", "window").sync()
    settings = AppSettings()
    assert settings.theme == "system"
    assert settings.recent == []
    settings.theme = "dark"
    assert AppSettings().theme == "dark"


def test_runs_and_corpora_have_places_of_their_own() -> None:
    settings = AppSettings()
    assert settings.runs_folder.name == "runs"
    assert settings.cache_folder.name == "corpora"
    assert settings.runs_folder.is_absolute()
    assert settings.runs_folder.parent != settings.cache_folder.parent


def test_the_newest_is_first_and_nothing_stands_twice() -> None:
    settings = AppSettings()
    for name in ("a", "b", "a"):
        settings.note_opened("corpus", name)
    assert [recent.paths for recent in settings.recent] == [("a",), ("b",)]
    settings.forget_opened()
    assert settings.recent == []


def test_many_runs_do_not_push_the_corpora_out() -> None:
    settings = AppSettings()
    settings.note_opened("corpus", "pairs.tsv")
    for number in range(40):
        settings.note_opened("run", f"run-{number}")
    recent = settings.recent
    assert recent[0] == Recent("run", ("run-39",))
    assert sum(one.kind == "run" for one in recent) == MOST_OF_A_KIND
    assert recent[-1] == Recent("corpus", ("pairs.tsv",))
    assert len(recent) <= MOST_RECENT


def test_what_is_missing_is_known(tmp_path: Path) -> None:
    (tmp_path / "a.en").touch()
    here, gone = str(tmp_path / "a.en"), str(tmp_path / "a.de")
    refused = f"/{'x' * 300}"  # the system does not even look, as at a dead mount
    assert Recent("corpus", (here, gone, refused)).missing == (gone, refused)


def test_two_windows_keep_what_the_other_has_noted() -> None:
    one, other = AppSettings(), AppSettings()
    one.note_run(Path("/runs/a"), is_finished=False)
    other.note_run(Path("/runs/b"), is_finished=False)
    one.note_opened("corpus", "a")
    other.note_opened("corpus", "b")
    assert one.unfinished == [Path("/runs/b"), Path("/runs/a")]
    assert {recent.paths for recent in one.recent} == {("a",), ("b",)}
    one.note_run(Path("/runs/b"), is_finished=True)
    assert other.unfinished == [Path("/runs/a")]
