"""Languages: found by their catalogues, spoken everywhere, texts of the core included."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import write_translations
from app.actions import text_of
from app.bridge.controller import sentence_of
from app.language import chosen_language, languages, own_name, speak
from app.panels.model_panel import ModelPanel
from app.panels.status_line import StatusLine
from app.widgets.knob_editors import ChoiceEditor
from app.write_translations import core_texts, table_texts, templates, write
from s2s_core.errors import BadFile
from tests.app.bridge.room import Room
from tests.app.conftest import OpenWindow

TRANSLATED = {
    "Train": "Trainieren", "&File": "&Datei", "Single step": "Ein Schritt",
    "{file} is empty": "{file} ist leer", "layers": "Schichten",
    "Ready. Press {key} to train; the translation on the right will follow.": "Bereit.",
}  # fmt: skip


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small German catalogue, made by the program's own road."""
    folder = tmp_path_factory.mktemp("translations")
    write("de", folder)
    text = (folder / "de.ts").read_text(encoding="utf-8")
    for english, german in TRANSLATED.items():
        escaped = english.replace("&", "&amp;")
        text = re.sub(
            rf"(<source>{re.escape(escaped)}</source>\s*)<translation type=\"unfinished\">"
            r"</translation>",
            rf"\1<translation>{german.replace('&', '&amp;')}</translation>",
            text,
        )
    (folder / "de.ts").write_text(text, encoding="utf-8")
    write("de", folder)
    return folder


@pytest.fixture
def german(qapp: QApplication, catalogue: Path) -> Iterator[list[QTranslator]]:
    installed = speak(qapp, "de", catalogue)
    yield installed
    for translator in installed:
        qapp.removeTranslator(translator)


def test_english_needs_no_catalogue(qapp: QApplication, tmp_path: Path) -> None:
    assert languages(tmp_path) == {"en": "English"}
    assert chosen_language("zh_CN", tmp_path) == "en"
    assert speak(qapp, "system", tmp_path) == []


def test_catalogues_are_found_and_called_by_their_own_names(tmp_path: Path) -> None:
    for code in ("zh_CN", "de"):
        (tmp_path / f"{code}.qm").touch()
    assert languages(tmp_path) == {"en": "English", "de": "Deutsch", "zh_CN": "简体中文"}
    assert own_name("xx_nonsense") == "xx_nonsense"


def test_the_systems_language_is_taken_if_it_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Chinese:
        def uiLanguages(self) -> list[str]:  # noqa: N802
            return ["zh-Hans-CN", "zh-CN", "zh"]

    (tmp_path / "zh_CN.qm").touch()
    monkeypatch.setattr("app.language.QLocale.system", Chinese)
    assert chosen_language("system", tmp_path) == "zh_CN"
    assert chosen_language("en", tmp_path) == "en"
    assert chosen_language("of another program", tmp_path) == "zh_CN"


def test_a_damaged_catalogue_leaves_english(qapp: QApplication, tmp_path: Path) -> None:
    (tmp_path / "de.qm").write_bytes(b"no catalogue at all")
    for translator in speak(qapp, "de", tmp_path):
        qapp.removeTranslator(translator)
    assert text_of("Single step") == "Single step"


def test_widgets_actions_and_the_core_speak_another_language(
    german: list[QTranslator], open_window: OpenWindow
) -> None:
    assert len(german) == 2  # Qt's own texts too
    assert text_of("Single step") == "Ein Schritt"
    assert sentence_of(BadFile("{file} is empty", file="a.txt")) == "a.txt ist leer"
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Abbrechen"
    opened = open_window().ready()
    assert opened.train.text() == "Trainieren"  # type: ignore[attr-defined]
    assert opened.window.menus.actions()[0].text() == "&Datei"
    opened.wait(lambda: opened.window.status.sentence.text() == "Bereit.")
    assert isinstance(opened.window.status, StatusLine)


def test_what_was_translated_stays_when_the_catalogue_is_renewed(catalogue: Path) -> None:
    before = (catalogue / "de.ts").read_text(encoding="utf-8")
    write("de", catalogue)
    assert (catalogue / "de.ts").read_text(encoding="utf-8") == before
    assert "Ein Schritt" in before


def test_no_text_that_a_widget_shows_is_missing_from_the_catalogue(catalogue: Path) -> None:
    written = (catalogue / "de.ts").read_text(encoding="utf-8")
    known = {
        source.replace("&quot;", '"').replace("&apos;", "'").replace("&lt;", "<")
        .replace("&gt;", ">").replace("&amp;", "&")
        for source in re.findall(r"<source>(.*?)</source>", written, re.DOTALL)
    }  # fmt: skip
    asked = set(core_texts()) | set(table_texts())
    for path in (write_translations.ROOT / "app").rglob("*.py"):
        asked |= set(_given_to_tr(ast.parse(path.read_text(encoding="utf-8"))))
    assert asked - known == set()


class Marked(QTranslator):
    """Puts in brackets whatever of the core's texts a catalogue would hold."""

    def __init__(self) -> None:
        super().__init__()
        self._known = set(core_texts())

    def isEmpty(self) -> bool:  # noqa: N802
        return False

    def translate(
        self, context: str, text: str, disambiguation: str | None = None, n: int = -1
    ) -> str | None:  # None, where there is nothing, is what Qt wants
        return f"«{text}»" if context == "s2s_core" and text in self._known else None


def test_all_that_the_settings_say_is_in_the_catalogue(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    marked = Marked()
    qapp.installTranslator(marked)
    try:
        panel = ModelPanel(Room(tmp_path).get_ready().controller)
        qtbot.addWidget(panel)
        rows = [panel.attention_row, *(r for form in panel.forms.values() for r in form.rows())]
        said = [row.label.text() for row in rows]
        for row in rows:
            if isinstance(row.editor_widget, ChoiceEditor) and row.knob.default is not None:
                said += [row.editor_widget.itemText(i) for i in range(row.editor_widget.count())]
        plain = {text for text in said if "«" not in text} - {"From files"}
        sizes = {panel.presets.itemText(i) for i in range(panel.presets.count())} - {""}
        plain |= {text for text in sizes if "«" not in text}
    finally:
        qapp.removeTranslator(marked)
    assert len(said) > 40
    assert plain == set()


def _given_to_tr(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            first = node.args[0] if node.args else None
            if node.func.attr == "tr":
                assert isinstance(first, ast.Constant), ast.unparse(node)
                yield str(first.value)


def test_templates_are_found_where_they_are_born() -> None:
    source = (
        'raise BadFile("a {x}", x=1)\ntemplate = "b {y}"\nraise S2SError(template)\n'
        'self.fail("c" if d else "e")\nprint("no")\n_ODD = "{count} odd pairs"\n'
    )
    assert set(templates(ast.parse(source))) == {"a {x}", "b {y}", "c", "e", "{count} odd pairs"}
    known = core_texts()
    for sentence in ("{file} is empty", "reading", "layers", "Layers"):
        assert sentence in known
    assert any(text.startswith("memory ran out") for text in known)


def test_what_a_module_without_a_widget_says_is_in_the_catalogue(catalogue: Path) -> None:
    source = """
MANY = ("{count} were left", "out", "all of them")
def said(count): return _tr("Nothing was left out") if not count else _tr(MANY[0])
def _tr(text): return QCoreApplication.translate("Place", text)
"""
    texts = ["{count} were left", "all of them", "Nothing was left out"]
    context, found = write_translations.helper_texts(ast.parse(source))
    assert (context, sorted(found)) == ("Place", sorted(texts))
    assert write_translations.helper_texts(ast.parse("_tr('nobody')")) == ("", [])
    written = (catalogue / "de.ts").read_text(encoding="utf-8")
    assert "<source>Click for examples.</source>" in written
    assert "<name>Pasted</name>" in written


def test_the_script_says_how_it_is_used() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "app.write_translations"], cwd=write_translations.ROOT,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 2
    assert "zh_CN" in result.stderr
