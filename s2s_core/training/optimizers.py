"""Optimizers: the rule that turns gradients into steps."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TypeVar, cast

import torch
from torch import nn
from torch.optim import Optimizer

from s2s_core.choices import Choices
from s2s_core.configs import RunConfig

BuildOptimizer = Callable[[nn.Module, RunConfig], Optimizer]

Kind = TypeVar("Kind", bound=type[Optimizer])
COMPILER_IS_KEPT_OUT_OF = ("step", "add_param_group", "zero_grad", "state_dict", "load_state_dict")


def light(kind: Kind) -> Kind:
    """Return a torch optimizer that does not load torch's compiler.

    torch wraps these methods so that a compiled program breaks off there, and the wrapper loads
    the compiler (1.2 s, 800 modules) also where nothing is compiled. What is wrapped is the same.
    """
    methods = {name: inspect.unwrap(getattr(kind, name)) for name in COMPILER_IS_KEPT_OUT_OF}
    methods["step"] = torch.no_grad()(methods["step"])
    return cast(Kind, type(kind.__name__, (kind,), methods))


def adam(model: nn.Module, config: RunConfig) -> Optimizer:
    """Adam: each weight gets its own pace. The usual choice; learning rates around 1e-3.

    Source: Kingma and Ba 2015; the second beta as in Vaswani et al. 2017, section 5.3.
    """
    return light(torch.optim.Adam)(
        model.parameters(),
        lr=config.training.learning_rate,
        betas=(0.9, 0.98),
        eps=1e-9,
        fused=True,
    )


def sgd(model: nn.Module, config: RunConfig) -> Optimizer:
    """Plain gradient descent: every weight the same pace. Learning rates around 0.1 to 1."""
    return light(torch.optim.SGD)(model.parameters(), lr=config.training.learning_rate)


OPTIMIZERS: Choices[BuildOptimizer] = Choices("optimizer", {"adam": adam, "sgd": sgd})
