"""The rules of the house: who may import whom, who may start a thread, what is never done."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import grimp
import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parent.parent
SOURCES = sorted(
    path.relative_to(ROOT).as_posix()
    for top in ("app", "s2s_core")
    for path in (ROOT / top).rglob("*.py")
)
each_source = pytest.mark.parametrize("source", SOURCES)

FOUNDATION = tuple(
    f"s2s_core.{name}"
    for name in (
        "choices",
        "comparing",
        "corpus_files",
        "counts",
        "knobs",
        "configs",
        "experiment",
        "files",
        "grid",
        "grid_folder",
        "languages",
        "markup",
        "pair_findings",
        "pair_store",
        "presets",
        "shell",
        "run_folders",
        "records",
        "scripts",
        "words",
        "errors",
        "resources",
        "training.schedules",  # pure functions of the step: the window draws them by calling them
    )
)
CORE_LAYERS = ("text", "data", "models", "decoding", "training", "runs")  # lower ones first
GUI_SIDE = tuple(
    f"app.bridge.{name}"
    for name in (
        "messages",
        "comparing",
        "trials",
        "controller",
        "corpus_reading",
        "joining",
        "last_experiment",
        "opener",
        "questions",
        "rewinding",
        "steering",
        "side_names",
        "course",
        "draft",
        "dropped_experiment",
        "history",
        "kept_corpora",
        "pace",
        "preset_values",
        "feeder",
        "lab",
        "taste",
        "throttle",
        "catalog",
    )
)
ENGINE_SIDE = tuple(
    f"app.bridge.{name}"
    for name in (
        "messages",
        "failures",
        "pace",
        "course",
        "engine",
        "prober",
        "rate_finder",
        "translating",
        "worker",
        "corpus_process",
        "corpus_work",
    )
)
VIEWS = (
    "PySide6",
    "pyqtgraph",
    "app.widgets",
    "app.settings",
    "app.answers",
    "app.run_titles",
    "app.actions",
    *GUI_SIDE,
    *FOUNDATION,
)
PARTS = tuple(  # of the main window, each in a file of its own
    f"app.{name}"
    for name in (
        "about",
        "added_pairs",
        "chosen_device",
        "compare_dialog",
        "corpus_browser",
        "errands",
        "help",
        "language_menu",
        "layout",
        "look",
        "memory",
        "notices",
        "opening",
        "panel_focus",
        "pasted",
        "pasted_lines",
        "possible_actions",
        "preferences",
        "rate_dialog",
        "run_titles",
        "smaller_copy",
        "tokenizer_lab",
    )
)
RESTRICTED = ("app", "s2s_core", "torch", "PySide6", "shiboken6", "pyqtgraph")

# The first row whose name fits a module says which of the RESTRICTED it may import by name.
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(FOUNDATION, FOUNDATION),
    "s2s_core.text": (*FOUNDATION, "s2s_core.text"),
    "s2s_core.data.batch": (*FOUNDATION, "s2s_core.text", "s2s_core.data", "torch"),
    "s2s_core.data": (*FOUNDATION, "s2s_core.text", "s2s_core.data"),
    **{
        f"s2s_core.{layer}": (
            *FOUNDATION,
            "torch",
            *(f"s2s_core.{lower}" for lower in CORE_LAYERS[: height + 1]),
        )
        for height, layer in enumerate(CORE_LAYERS)
        if layer not in ("text", "data")
    },
    "s2s_core": ("s2s_core", "torch"),
    "app.system_check": (),
    "app.bridge.messages": FOUNDATION,
    "app.bridge.failures": FOUNDATION,
    "app.bridge.history": (),
    "app.bridge.pace": FOUNDATION,
    "app.__main__": ("app", "PySide6", "torch", "s2s_core"),
    **dict.fromkeys(ENGINE_SIDE[1:], (*ENGINE_SIDE, "s2s_core")),
    "app.bridge": (*GUI_SIDE, *FOUNDATION, "PySide6.QtCore"),
    "app.widgets": (
        "app.widgets",
        "PySide6",
        "pyqtgraph",
        "s2s_core.counts",
        "s2s_core.knobs",
        "s2s_core.files",
        "s2s_core.resources",
        "s2s_core.words",
    ),
    "app.panels": (*VIEWS, "app.panels"),
    "app.main_window": (*VIEWS, *PARTS, "app.language", "app.new_process", "app.panels"),
    **dict.fromkeys(PARTS, (*VIEWS, *PARTS, "app.language", "app.panels")),
    "app.language": ("PySide6.QtCore", *FOUNDATION),
    "app.new_process": ("PySide6.QtCore",),
    "app.actions": VIEWS,
    "app.settings": ("PySide6.QtCore", *FOUNDATION),
    "app": ("app", "PySide6", "pyqtgraph", "torch", *FOUNDATION),
}

PROCESSES = ("multiprocessing", "subprocess", "PySide6.QtCore.QProcess")
PROCESS_CALLS = ("os.fork", "os.system", "os.popen", "os.spawn", "os.posix_spawn", "os.exec")
POOL = "concurrent.futures"
THREADS = ("threading.Thread", "threading.Timer", "_thread", POOL)
QT_THREADS = tuple(f"PySide6.QtCore.{name}" for name in ("QThread", "QThreadPool", "QRunnable"))
PICKLES = ("pickle", "cPickle", "cloudpickle", "dill", "joblib", "marshal", "shelve")


def module_of(source: str) -> str:
    """Return the dotted name of a file, such as "app.panels" for "app/panels/__init__.py"."""
    return source.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@cache
def tree_of(source: str) -> ast.Module:
    return ast.parse((ROOT / source).read_text(encoding="utf-8"), source)


def imports(tree: ast.AST, module: str = "") -> Iterator[str]:
    """Yield each import in full: "from torch import nn" as "torch.nn"."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = module.rsplit(".", node.level)[0] if node.level else ""
            start = ".".join(part for part in (package, node.module) if part)
            yield from (f"{start}.{alias.name}" for alias in node.names)


def mentions(tree: ast.AST, module: str = "") -> Iterator[str]:
    """Yield each import, and each dotted name such as "threading.Thread"."""
    yield from imports(tree, module)
    yield from (ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute))


def within(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def strangers(tree: ast.AST, module: str) -> list[str]:
    """Return the imports that the module's row does not allow."""
    row = next(row for row in MAY_IMPORT if within(module, (row,)))
    named = (name for name in imports(tree, module) if within(name, RESTRICTED))
    return [name for name in named if not within(name, MAY_IMPORT[row])]


def catch_alls(tree: ast.AST) -> list[int]:
    """Return the lines of the handlers that catch every exception."""
    handlers = [node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)]
    return [handler.lineno for handler in handlers if catches_everything(handler)]


def catches_everything(handler: ast.ExceptHandler) -> bool:
    """Tell whether any exception ends here; one that is raised again after tidying up does not."""
    caught, last = handler.type, handler.body[-1]
    if isinstance(last, ast.Raise) and last.exc is None:
        return False
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(
        name is None or ast.unparse(name) in ("Exception", "BaseException") for name in names
    )


def loaded_by(modules: list[str]) -> set[str]:
    """Import the modules in a fresh interpreter; return the packages it has loaded then."""
    code = f"import sys, {', '.join(modules)}\nprint(*sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return {name.partition(".")[0] for name in result.stdout.split()}


def modules_in(*folders: str) -> list[str]:
    found = (module_of(source) for source in SOURCES if source.startswith(folders))
    return [module for module in found if not module.endswith("__main__")]


def test_import_contracts_are_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_each_module_of_the_window_is_under_its_import_contract() -> None:
    """The contract names packages one by one, as the engine's side stands among them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = {each["id"]: each for each in settings["tool"]["importlinter"]["contracts"]}
    window, engine = (
        tuple(contracts[name]["source_modules"])
        for name in ("window-without-engine", "engine-without-window")
    )
    both = ("app", "app.bridge", "app.__main__")  # two empty ones, and that which starts both sides
    modules = {module_of(source) for source in SOURCES if source.startswith("app/")} - {*both}
    assert {module for module in modules if not within(module, (*window, *engine))} == set()
    assert {name for name in (*window, *engine) if name not in modules} == set()


@each_source
def test_a_module_imports_only_what_its_row_allows(source: str) -> None:
    assert strangers(tree_of(source), module_of(source)) == []


def test_corpora_are_read_without_torch() -> None:
    graph = grimp.build_graph("s2s_core", include_external_packages=True, cache_dir=None)
    readers = graph.find_descendants("s2s_core.data") - {"s2s_core.data.batch"}
    if "torch" in graph.modules:
        chains = [graph.find_shortest_chain(reader, "torch") for reader in sorted(readers)]
        assert [chain for chain in chains if chain] == []


def test_the_window_opens_without_torch() -> None:
    seen = modules_in("app/panels/", "app/widgets/", "app/main_window", "app/actions")
    assert "torch" not in loaded_by(seen)


def test_the_core_runs_without_a_window() -> None:
    assert not {"PySide6", "pyqtgraph", "app"} & loaded_by(modules_in("s2s_core/"))


@each_source
def test_only_the_worker_starts_a_thread(source: str) -> None:
    found = [name for name in mentions(tree_of(source)) if within(name, (*THREADS, *QT_THREADS))]
    assert source == "app/bridge/worker.py" or found == []


STARTERS = ("app/bridge/corpus_process.py", "app/new_process.py", "app/write_translations.py")


@each_source
def test_only_the_corpus_process_and_a_new_window_start_a_process(source: str) -> None:
    found = [
        name
        for name in mentions(tree_of(source))
        if within(name, (*PROCESSES, POOL)) or name.startswith(PROCESS_CALLS)
    ]
    assert source in STARTERS or found == []


@each_source
def test_only_thread_and_process_catch_every_exception(source: str) -> None:
    allowed = 1 if source in ("app/bridge/worker.py", "app/bridge/corpus_work.py") else 0
    assert len(catch_alls(tree_of(source))) <= allowed


@each_source
def test_nothing_is_pickled(source: str) -> None:
    found = [name for name in mentions(tree_of(source)) if within(name, (*PICKLES, "torch.save"))]
    assert found == []


@each_source
def test_no_file_read_can_run_code(source: str) -> None:
    calls = [node for node in ast.walk(tree_of(source)) if isinstance(node, ast.Call)]
    loads = [ast.unparse(call) for call in calls if ast.unparse(call.func) == "torch.load"]
    assert [load for load in loads if "weights_only=True" not in load] == []


@pytest.mark.parametrize(
    ("module", "line", "stranger"),
    [
        (
            "s2s_core.models.attention",
            "from s2s_core.training import loss",
            "s2s_core.training.loss",
        ),
        ("s2s_core.records", "import torch", "torch"),
        ("s2s_core.text.tokenizer", "from PySide6 import QtCore", "PySide6.QtCore"),
        ("app.bridge.engine", "import torch.nn", "torch.nn"),
        ("app.bridge.controller", "from . import engine", "app.bridge.engine"),
        ("app.bridge.draft", "from PySide6.QtGui import QIcon", "PySide6.QtGui.QIcon"),
        ("app.widgets.banner", "from s2s_core import records", "s2s_core.records"),
        ("app.panels.data_panel", "from s2s_core.data import corpus", "s2s_core.data.corpus"),
    ],
)
def test_a_forbidden_import_is_seen(module: str, line: str, stranger: str) -> None:
    assert strangers(ast.parse(line), module) == [stranger]


@pytest.mark.parametrize(
    "line", ["except:", "except Exception:", "except (OSError, Exception) as e:"]
)
def test_catching_everything_is_seen(line: str) -> None:
    tree = ast.parse(f"try:\n    pass\n{line}\n    pass")
    assert catch_alls(tree) == [3]
