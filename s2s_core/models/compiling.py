"""Compiling: torch's compiler for the passes of training, where it is asked for.

Searches and validation run as they are: each of their shapes would be compiled anew. The compiler
itself (over a second to load) stays out of memory until then.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn

from s2s_core.errors import BadConfig
from s2s_core.models.encoder_decoder import EncoderDecoder

CXX_COMPILERS = ("c++", "g++", "clang++", "cl")


def check_compiler(device: torch.device) -> None:
    """Refuse to compile where what torch's compiler needs is not there."""
    if device.type == "cuda":
        if importlib.util.find_spec("triton") is None:
            raise BadConfig("training.compile needs the package triton on a GPU: it is not there")
        return
    names = [name for name in (os.environ.get("CXX", ""), *CXX_COMPILERS) if name]
    if not any(shutil.which(name) for name in names):
        raise BadConfig(
            "training.compile needs a C++ compiler, and none of {names} is on this machine: "
            "install one, or train without compile",
            names=", ".join(names),
        )  # fmt: skip


def compile_model(model: EncoderDecoder) -> None:
    """Let torch compile both halves when they are first called, once for all lengths.

    Source: Ansel et al. 2024.
    """
    # One thread compiles: others would be processes that outlive the run.
    os.environ.setdefault("TORCHINDUCTOR_COMPILE_THREADS", "1")
    for half in (model.encoder, model.decoder):
        half.compile(dynamic=True)
    model.is_compiled = True


@contextmanager
def as_written(model: nn.Module) -> Iterator[None]:
    """Run a model as it is written, whether it was compiled or not."""
    if not getattr(model, "is_compiled", False):
        yield
        return
    with torch.compiler.set_stance("force_eager"):
        yield


def is_of_compiler(error: Exception) -> bool:
    """Whether an error is of torch's compiler, and not of what was computed."""
    modules = (kind.__module__ for kind in type(error).__mro__)
    return any(name.startswith(("torch._dynamo", "torch._inductor")) for name in modules)
