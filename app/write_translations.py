"""Make or renew the catalogue of a language: `python -m app.write_translations zh_CN`.

Finds every text a person can see, adds the new ones to `resources/translations/CODE.ts` (edit it
with Qt Linguist or by hand; what was translated stays), and makes the `CODE.qm` that the window
loads. Needs no more than PySide6, which brings Qt's own tools along.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import PySide6

from app.actions import ACTIONS, MENUS, WIDGET_KEYS
from app.bridge import catalog
from s2s_core.configs import IDLE
from s2s_core.experiment import all_knobs
from s2s_core.knobs import title_of
from s2s_core.presets import preset_helps
from s2s_core.resources import resource

ROOT = Path(__file__).parents[1]
# Who is given a template as its first argument: errors, records, and the controller's own words.
TAKES_TEMPLATE = {
    "S2SError", "BadConfig", "BadFile", "Curable", "WhichLanguages", "BadRun", "TrainingFailed",
    "FailureRecord", "NoteRecord", "ProgressRecord", "StartRecord", "fail", "ValueError",
    "core_text",
}  # fmt: skip


def main(arguments: list[str]) -> int:
    """Write the catalogues of the languages named; returns the exit status."""
    if not arguments or any(code.startswith("-") for code in arguments):
        sys.stderr.write("usage: python -m app.write_translations CODE [CODE ...], such as zh_CN\n")
        return 2
    for code in arguments:
        write(code, resource("translations"))
    return 0


def write(code: str, folder: Path) -> None:
    """Renew the catalogue of one language in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    catalogue = folder / f"{code}.ts"
    sources = sorted(str(path) for path in (ROOT / "app").rglob("*.py"))
    with tempfile.TemporaryDirectory() as place:
        collected = Path(place, "texts.py")
        collected.write_text(_as_source(), encoding="utf-8")
        words = ["-silent", "-locations", "none", "-no-obsolete", "-target-language", code]
        _tool("lupdate", *sources, str(collected), *words, "-ts", str(catalogue))
    _tool("lrelease", "-silent", str(catalogue), "-qm", str(folder / f"{code}.qm"))


def core_texts() -> list[str]:
    """Return every text that is born in the core or in a table of it, each once."""
    found: dict[str, None] = {}
    for knob in all_knobs():
        found |= dict.fromkeys([knob.name, knob.label, knob.help, knob.unit, knob.zero])
        found |= dict.fromkeys(map(title_of, knob.names))
    for rows in catalog.choices().values():
        found |= dict.fromkeys(text for row in rows for text in row[1:])
    for corpus in catalog.titles("toy_task"):
        found[catalog.corpus_title(corpus, is_swapped=True)] = None
        spans = catalog.difficulty(corpus).values()
        known = [[s] if isinstance(s, str) else [s["unit"], s["title"]] for s in spans]
        found |= dict.fromkeys(text for texts in known for text in texts)
    for preset, help_text in preset_helps().items():
        found |= dict.fromkeys([preset.partition("-")[2], help_text])
    found |= dict.fromkeys(why for _, why in IDLE.values())
    for folder in ("s2s_core", "app"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            found |= dict.fromkeys(templates(ast.parse(path.read_text(encoding="utf-8"))))
    return [text for text in found if text.strip()]


def templates(tree: ast.AST) -> Iterator[str]:
    """Yield the templates that a source gives to errors and records, or keeps as a constant."""
    assigned: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            assigned.setdefault(node.targets[0].id, []).append(node.value)
    for name, values in assigned.items():
        if name.isupper() or name in ("template", "cure", "title"):  # of a check of the doctor
            texts = [text for value in values for text in _constants(value)]
            yield from (text for text in texts if " " in text or name == "title")
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name_of(node.func) in TAKES_TEMPLATE and node.args:
            first = node.args[0]
            values = assigned.get(first.id, []) if isinstance(first, ast.Name) else [first]
            for value in values:
                yield from _constants(value)


def table_texts() -> list[str]:
    """Return the texts of the tables of actions and keys."""
    texts = [*MENUS.values(), *(row.text for row in ACTIONS.values()), *WIDGET_KEYS]
    texts += [word for rows in WIDGET_KEYS.values() for row in rows for word in row]
    return list(dict.fromkeys(texts))


def helper_texts(tree: ast.AST) -> tuple[str, list[str]]:
    """Return what a module without a widget says through a `_tr` of its own, after its context.

    lupdate does not see it: given at once, or chosen from tuples that are kept as constants.
    """
    context, texts = "", list[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == "_tr":
            calls = [each for each in ast.walk(node) if isinstance(each, ast.Call)]
            context = next(text for call in calls for text in _constants(call.args[0]))
        elif isinstance(node, ast.Call) and _name_of(node.func) == "_tr":
            texts += _constants(node.args[0])
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple):
            texts += [text for each in node.value.elts for text in _constants(each) if " " in text]
    return context, list(dict.fromkeys(texts)) if context else []


def _helpers() -> Iterator[tuple[str, list[str]]]:
    for path in sorted((ROOT / "app").rglob("*.py")):
        context, texts = helper_texts(ast.parse(path.read_text(encoding="utf-8")))
        if context:
            yield context, texts


def _as_source() -> str:
    """Return all texts as calls that lupdate understands."""
    calls = [_call("s2s_core", core_texts()), _call("actions", table_texts())]
    calls += [_call(context, texts) for context, texts in _helpers()]
    return "\n".join(["from PySide6.QtCore import QCoreApplication", *calls])


def _call(context: str, texts: Iterable[str]) -> str:
    return "\n".join(f"QCoreApplication.translate({context!r}, {_quoted(text)})" for text in texts)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _constants(value: ast.expr) -> Iterator[str]:
    """Yield the texts an expression can be; both sides of a choice."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, ast.IfExp):
        yield from _constants(value.body)
        yield from _constants(value.orelse)


def _name_of(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _tool(name: str, *arguments: str) -> None:
    """Run one of Qt's tools; what it has to say goes to the terminal."""
    folder = Path(PySide6.__file__).parent
    found = next(path for path in (folder / name, folder / f"{name}.exe") if path.exists())
    subprocess.run([str(found), *arguments], check=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
