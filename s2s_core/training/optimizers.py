"""Optimizers: the rule that turns gradients into steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch.nn import Parameter
from torch.optim import Optimizer

from s2s_core.choices import Choices
from s2s_core.configs import TrainingConfig

BuildOptimizer = Callable[[Iterable[Parameter], TrainingConfig], Optimizer]


def adam(parameters: Iterable[Parameter], config: TrainingConfig) -> Optimizer:
    """Adam: each weight gets its own pace. The usual choice; learning rates around 1e-3.

    Source: Kingma and Ba 2015; the second beta as in Vaswani et al. 2017, section 5.3.
    """
    return torch.optim.Adam(
        parameters, lr=config.learning_rate, betas=(0.9, 0.98), eps=1e-9, fused=True
    )


def sgd(parameters: Iterable[Parameter], config: TrainingConfig) -> Optimizer:
    """Plain gradient descent: every weight the same pace. Learning rates around 0.1 to 1."""
    return torch.optim.SGD(parameters, lr=config.learning_rate)


OPTIMIZERS: Choices[BuildOptimizer] = Choices("optimizer", {"adam": adam, "sgd": sgd})
