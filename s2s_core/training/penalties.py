"""What large weights cost: penalties on them, and their decay."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import Parameter
from torch.optim import Optimizer

from s2s_core.configs import RegularisationConfig


def is_penalised(parameter: Parameter) -> bool:
    """Whether a weight is pulled towards zero: matrices that learn are.

    Biases and the gains of norms are few, need no restraint, and a gain belongs near one.
    Source: Goodfellow, Bengio and Courville 2016, section 7.1.
    """
    return parameter.requires_grad and parameter.ndim > 1


def penalised(objective: Tensor, model: nn.Module, config: RegularisationConfig) -> Tensor:
    """Return the objective with the L1 and L2 penalties of the weights added.

    Source: Goodfellow, Bengio and Courville 2016, eq. (7.2) and (7.18).
    """
    if not config.l1 and not config.l2:
        return objective
    weights = [weight for weight in model.parameters() if is_penalised(weight)]
    if config.l1:
        objective = objective + config.l1 * sum(weight.abs().sum() for weight in weights)
    if config.l2:
        squares = sum(weight.square().sum() for weight in weights)
        objective = objective + 0.5 * config.l2 * squares
    return objective


@torch.no_grad()
def decay_weights(optimizer: Optimizer, decay: float) -> None:
    """Shrink the weights by the learning rate times `decay`, apart from what the gradient does.

    To be called before the optimizer's step. For plain gradient descent this is the L2 penalty;
    for optimizers that scale gradients it is not, as their scales leave it alone.
    Source: Loshchilov and Hutter 2019, algorithm 2 line 12, without the schedule's own factor.
    """
    if not decay:
        return
    for group in optimizer.param_groups:
        weights = [w for w in group["params"] if w.grad is not None and is_penalised(w)]
        if weights:
            torch._foreach_mul_(weights, 1 - group["lr"] * decay)
