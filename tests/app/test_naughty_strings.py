"""Strings that break programs, through all of the window: nothing breaks, shifts or is rendered."""

from __future__ import annotations

import csv
import os
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QLabel, QTableView, QWidget

from app.corpus_browser import CorpusBrowser
from app.panels.translate_panel import TranslatePanel
from app.widgets.pair_table import PairTable
from app.widgets.scripts import without_controls
from tests.app.conftest import Opened, OpenWindow, endless
from tests.app.seen import drop

OURS = (
    "<b>bold</b> & <i>not</i>",
    "<script>alert(1)</script> <img src=x onerror=alert(2)>",
    "&lt;kept&gt; &amp; &#x41;",
    "%s %d {0} {name} ${HOME} $(rm -rf /)",
    "one\u2028line\u2029still\x85one\x0b\x0cline\x1c\x1d\x1e",
    "bell\x07 escape\x1b[31m delete\x7f",
    "\ufeffmark \u200bzero\u200d \u2060width\u00ad",
    "\u202eright to left\u202c \u2066isolated\u2069 \u200f!",
    "السلام عليكم، كيف الحال؟ (نعم)",
    "T\u0335\u0321\u0345o\u0336\u031b\u0347 H\u0334\u0300\u0301\u0302\u0303e",
    "👩‍👩‍👧‍👦 👍🏽 🇫🇷 𝒳𐍈 𠜎",
    "'; DROP TABLE pairs; -- \\ \" ` ␀ \\n \\t",
    "NULL None NaN -inf 1e309 0x7f ０１２",
    "../../etc/passwd C:\\con \\\\server\\share file:///etc",
    "a\ttab and  two spaces",
    "x" * 400,
)
TAG = re.compile("<[a-z/!]+", re.IGNORECASE)
OWN_TAGS = {"<span", "</span", "<s", "</s", "<u", "</u", "<br"}  # of differences and shades
CORPORA = os.environ.get("S2S_CORPORA")


def theirs() -> tuple[str, ...]:
    text = Path(CORPORA or "", "messy", "blns.txt").read_bytes().decode("utf-8")
    return tuple(text.removesuffix("\n").split("\n"))


@pytest.mark.parametrize(
    "from_corpora",
    [
        False,
        pytest.param(
            True, marks=pytest.mark.skipif(not CORPORA, reason="S2S_CORPORA names no folder")
        ),
    ],
)
def test_they_pass_from_the_drop_to_the_files(
    open_window: OpenWindow, tmp_path: Path, from_corpora: bool
) -> None:
    strings = theirs() if from_corpora else OURS * 4
    opened = open_window(endless(batch_tokens=1024)).ready()
    browser = dropped(opened, strings, tmp_path)
    looked_up(opened, browser, strings)
    opened.training(10).paused()
    step = 45 if from_corpora else 1
    for number in range(0, len(strings) if from_corpora else len(OURS), step):
        if strings[number].strip():
            browser.go_to(number + 1)
            translated(opened, browser, strings[number], tmp_path)
    plain(opened.window)
    plain(browser)


def dropped(opened: Opened, strings: tuple[str, ...], folder: Path) -> CorpusBrowser:
    """Drop two files, of which one holds the strings, and look at the pairs."""
    sources, targets = folder / "text.source", folder / "text.target"
    sources.write_bytes("\n".join([*strings, ""]).encode())
    targets.write_bytes(b"".join(b"<b>line</b> %d\n" % n for n in range(len(strings))))
    knobs = {
        "data.tokenizer.kind": "bpe", "data.tokenizer.vocabulary_size": 400,
        "decoding.length_limit": 0.5,
    }  # fmt: skip
    for key, value in knobs.items():
        opened.controller.steering.turn(key, value)
    before = opened.controller.corpus
    assert drop(opened.train, [sources, targets])
    opened.wait(lambda: opened.controller.corpus not in (None, before))
    opened.wait(lambda: len(opened.controller.draft.config.data.train) == 2)
    opened.ready()
    opened.window.errands.browse_corpus()
    return opened.window.findChildren(CorpusBrowser)[0]


def looked_up(opened: Opened, browser: CorpusBrowser, strings: tuple[str, ...]) -> None:
    """Each string stands beside its own line, as it was written."""
    opened.wait(lambda: len(browser.pairs.pairs) == len(strings))
    expected = [(text, f"<b>line</b> {n}") for n, text in enumerate(strings)]
    assert [tuple(pair) for pair in browser.pairs.pairs] == expected
    for line, text in enumerate(strings[:40]):
        shown = browser.pairs.data(browser.pairs.index(line, 1))
        assert shown == without_controls(" ".join(text[:400].split()))
    table = opened.find(PairTable, "corpusTable")
    for row in range(table.model().rowCount()):
        tip = table.model().index(row, 0).data(Qt.ItemDataRole.ToolTipRole)
        assert not tip or "<b>" not in tip


def translated(opened: Opened, browser: CorpusBrowser, text: str, folder: Path) -> None:
    """Send a pair to Translate, and write its attention into files that are read again."""
    pane = opened.window.panels["translate"]
    assert isinstance(pane, TranslatePanel)
    browser.table.translate_wanted.emit()
    asked = " ".join(text.split()).removeprefix("\ufeff")  # which Qt takes from any text
    assert pane.source.sentence() == asked
    opened.wait(lambda: (record := pane.current()) is not None and record.source == asked)
    opened.wait(lambda: pane.attention.heatmap.source_tokens[-1:] == ["[end]"])
    heatmap = pane.attention.heatmap
    record = pane.current()
    assert record is not None
    assert "".join(record.source_words[:-1]).replace(" ", "") in asked.replace(" ", "")
    pane.translation.set_whole(True)
    labels = pane.translation.findChildren(QLabel)
    note = next(label for label in labels if "reference: " in label.text())
    seen = QTextDocument()
    seen.setHtml(note.text())
    reference = seen.toPlainText().partition("reference: ")[2]
    assert reference.startswith("<b>line")
    assert "</b>" in reference
    heatmap.grab()
    heatmap.save_csv(folder / "map.csv")
    heatmap.save_svg(folder / "map.svg")
    with (folder / "map.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == ["", *heatmap.source_tokens]
    assert [row[0] for row in rows] == heatmap.target_tokens
    drawn = ElementTree.parse(folder / "map.svg")  # one that is not well-formed is refused
    assert {"b", "i", "script", "img"}.isdisjoint(
        element.tag.rpartition("}")[2] for element in drawn.iter()
    )


def plain(window: QWidget) -> None:
    """Nothing on screen is taken for HTML: neither labels nor what hovering shows."""
    for label in window.findChildren(QLabel):
        is_plain = label.textFormat() == Qt.TextFormat.PlainText
        tags = set() if is_plain else set(TAG.findall(label.text()))
        assert tags <= OWN_TAGS, label.text()
    for widget in window.findChildren(QWidget):
        tip = widget.toolTip()
        assert tip.startswith("<qt>") or not TAG.search(tip), tip
    for table in window.findChildren(QTableView):
        for row in range(min(40, table.model().rowCount())):
            for column in range(table.model().columnCount()):
                tip = table.model().index(row, column).data(Qt.ItemDataRole.ToolTipRole) or ""
                assert tip.startswith("<qt>") or not TAG.search(tip), tip
