from __future__ import annotations

import contextlib
import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
import torch

from s2s_core.errors import BadConfig
from s2s_core.models.compiling import as_written, check_compiler, compile_model, is_of_compiler
from s2s_core.models.device import evaluating
from tests.helpers import tiny_model

CPU, GPU = torch.device("cpu"), torch.device("cuda")


def test_compiling_without_a_compiler_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(BadConfig, match=r"needs a C\+\+ compiler, and none of .*g\+\+.* is on"):
        check_compiler(CPU)
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/g++" if name == "g++" else None)
    check_compiler(CPU)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(BadConfig, match="needs the package triton"):
        check_compiler(GPU)


def test_the_compiler_that_is_named_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: name if name == "mine++" else None)
    monkeypatch.setenv("CXX", "mine++")
    check_compiler(CPU)


def test_a_compiled_model_is_looked_at_as_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    stances: list[str] = []

    @contextlib.contextmanager
    def stance(name: str) -> Iterator[None]:
        stances.append(name)
        yield
        stances.pop()

    monkeypatch.setattr(torch.compiler, "set_stance", stance)
    compiled: list[tuple[torch.nn.Module, bool]] = []
    monkeypatch.setattr(
        torch.nn.Module, "compile", lambda half, dynamic: compiled.append((half, dynamic))
    )
    model = tiny_model()
    with as_written(model), evaluating(model):
        assert stances == []
    compile_model(model)
    assert compiled == [(model.encoder, True), (model.decoder, True)]
    with evaluating(model):
        assert stances == ["force_eager"]
    assert stances == []


def test_an_error_of_the_compiler_is_told_from_others() -> None:
    mine = type("BackendCompilerFailed", (RuntimeError,), {"__module__": "torch._dynamo.exc"})
    assert is_of_compiler(mine())
    assert is_of_compiler(type("Other", (mine,), {"__module__": "elsewhere"})())
    assert not is_of_compiler(RuntimeError())


COMPILED = """
import torch
from s2s_core.models.compiling import compile_model
from tests.helpers import tiny_trainer
plain, compiled = tiny_trainer(), tiny_trainer()
compile_model(compiled.model)
steps = plain.steps(), compiled.steps()
for _ in range(2):
    one, other = (next(part) for part in steps)
    assert abs(one.loss - other.loss) < 1e-4, (one, other)
"""


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("g++"), reason="there is no C++ compiler")
def test_a_compiled_model_learns_the_same() -> None:
    done = subprocess.run([sys.executable, "-c", COMPILED], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
