from __future__ import annotations

import pytest
import torch

from s2s_core.errors import memory_ran_out

LACKS = [
    torch.OutOfMemoryError("CUDA"),
    MemoryError(),
    RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate"),
    RuntimeError("MPS backend out of memory"),
]


@pytest.mark.parametrize("error", LACKS, ids=lambda error: type(error).__name__)
def test_a_lack_of_memory_is_recognised(error: BaseException) -> None:
    assert memory_ran_out(error)


def test_other_errors_are_not_mistaken_for_a_lack_of_memory() -> None:
    assert not memory_ran_out(RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
    assert not memory_ran_out(ValueError("out of memory"))
