from __future__ import annotations

import pytest
import torch

from s2s_core.errors import BadConfig
from s2s_core.models import device
from s2s_core.models.device import (
    available_devices,
    check_memory,
    check_precision,
    choose_device,
    evaluating,
    in_precision,
    precision_there,
    use_cores,
)
from tests.helpers import tiny_model


def test_auto_takes_the_best_device(monkeypatch: pytest.MonkeyPatch) -> None:
    assert available_devices()[-1] == "cpu"
    monkeypatch.setattr(device, "available_devices", lambda: ["mps", "cpu"])
    assert choose_device("auto") == torch.device("mps")
    assert choose_device("cpu") == torch.device("cpu")
    with pytest.raises(BadConfig, match=r"training\.device cuda is not .*; it has mps, cpu"):
        choose_device("cuda")


def test_a_small_model_gets_one_core_and_a_large_one_all(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen: list[int] = []
    monkeypatch.setattr(torch, "set_num_threads", chosen.append)
    monkeypatch.setattr(device, "_usable_cores", lambda: 7)
    use_cores(500_000, 1024)
    use_cores(20_000_000, 4096)
    assert chosen == [1, 7]


def test_fewer_cores_are_used_where_the_environment_asks_for_fewer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    cores = device._usable_cores()
    assert cores >= 1
    for asked, used in (("1", 1), ("9999", cores), ("0", cores), ("4,2", cores), ("", cores)):
        monkeypatch.setenv("OMP_NUM_THREADS", asked)
        assert device._usable_cores() == used


@pytest.mark.parametrize("training", [True, False])
def test_evaluating_switches_back_even_after_an_error(training: bool) -> None:
    model = tiny_model().train(training)
    with evaluating(model):
        assert not model.training
        assert not torch.is_grad_enabled()
    assert model.training == training
    with pytest.raises(KeyError), evaluating(model):
        raise KeyError
    assert model.training == training
    assert torch.is_grad_enabled()


def test_a_model_that_cannot_fit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "_free_memory", lambda: 1_000_000)
    check_memory(1_000, 64, 100, "cpu")
    with pytest.raises(BadConfig, match=r"at least 0\.1 GB of memory, and 0\.0 GB are free: lower"):
        check_memory(1_000, 100_000, 100, "cpu")
    monkeypatch.setattr(device, "_free_memory", lambda: 0)  # the system does not tell
    check_memory(1_000, 100_000, 100, "cpu")


def product_type() -> torch.dtype:
    return (torch.ones(2, 2) @ torch.ones(2, 2)).dtype


@pytest.mark.parametrize("precision", ["float32", "bfloat16", "float16"])
def test_a_model_computes_in_its_precision_and_only_inside(precision: str) -> None:
    model = tiny_model()
    model.precision = precision
    for inside in (in_precision, evaluating):
        with inside(model):
            assert product_type() == getattr(torch, precision)
        assert product_type() == torch.float32
    assert all(weight.dtype == torch.float32 for weight in model.parameters())


def test_a_precision_that_a_device_has_not_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    cpu, gpu = torch.device("cpu"), torch.device("cuda")
    check_precision("float32", cpu)
    check_precision("bfloat16", cpu)
    with pytest.raises(BadConfig, match="float16 needs a CUDA GPU; on cpu take bfloat16"):
        check_precision("float16", cpu)
    check_precision("float16", gpu)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: False)
    with pytest.raises(BadConfig, match="bfloat16 is not known to this GPU; take float16"):
        check_precision("bfloat16", gpu)
    assert precision_there("float16", cpu) == "float32"
    assert precision_there("bfloat16", cpu) == "bfloat16"
