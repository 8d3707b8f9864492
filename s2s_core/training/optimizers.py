"""Optimizers: how gradients become steps."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeVar, cast

import torch
from torch import nn
from torch.optim import Optimizer

from s2s_core.choices import Choices
from s2s_core.configs import RunConfig
from s2s_core.training.gradients import output_weights

BuildOptimizer = Callable[[nn.Module, RunConfig], Optimizer]

Kind = TypeVar("Kind", bound=type[Optimizer])
COMPILER_IS_KEPT_OUT_OF = ("step", "add_param_group", "zero_grad", "state_dict", "load_state_dict")
WEIGHT_DECAY = 0.01  # of the optimizers that are known for it; times the learning rate


def light(kind: Kind) -> Kind:
    """Return a torch optimizer that does not load torch's compiler.

    torch wraps these methods so that a compiled program breaks off there, and the wrapper loads
    the compiler (1.2 s, 800 modules) also where nothing is compiled. What is wrapped is the same.
    """
    methods = {name: inspect.unwrap(getattr(kind, name)) for name in COMPILER_IS_KEPT_OUT_OF}
    methods["step"] = torch.no_grad()(methods["step"])
    return cast(Kind, type(kind.__name__, (kind,), methods))


def sgd(model: nn.Module, config: RunConfig) -> Optimizer:
    """Plain gradient descent: every weight the same pace. Learning rates around 0.1 to 1.

    Source: Robbins and Monro 1951.
    """
    return light(torch.optim.SGD)(learning(model), lr=config.training.learning_rate)


def momentum(model: nn.Module, config: RunConfig) -> Optimizer:
    """Gradient descent that keeps rolling: old gradients fade. Learning rates around 0.01 to 0.3.

    Source: Polyak 1964; written as in Sutskever et al. 2013, eq. (1) and (2), with the learning
    rate outside the velocity.
    """
    training = config.training
    return light(torch.optim.SGD)(
        learning(model), lr=training.learning_rate, momentum=training.momentum
    )


def nesterov(model: nn.Module, config: RunConfig) -> Optimizer:
    """Momentum that looks ahead to where it is rolling. Learning rates around 0.01 to 0.3.

    Source: Nesterov 1983; Sutskever et al. 2013, eq. (3) and (4), in the weights looked ahead to.
    """
    training = config.training
    return light(torch.optim.SGD)(
        learning(model), lr=training.learning_rate, momentum=training.momentum,
        nesterov=training.momentum > 0,
    )  # fmt: skip


def adagrad(model: nn.Module, config: RunConfig) -> Optimizer:
    """AdaGrad: weights that have moved much slow down, for ever. Learning rates around 0.01 to 0.1.

    Source: Duchi, Hazan and Singer 2011, fig. 1, with diagonal matrices.
    """
    training = config.training
    return light(torch.optim.Adagrad)(
        learning(model), lr=training.learning_rate, eps=training.epsilon
    )


def adadelta(model: nn.Module, config: RunConfig) -> Optimizer:
    """Adadelta: finds its own step sizes, slowly at first. Learning rates around 1.

    Source: Zeiler 2012, algorithm 1, with the epsilon of its section 4.1.
    """
    training = config.training
    return light(torch.optim.Adadelta)(
        learning(model), lr=training.learning_rate, rho=training.beta_2, eps=1e-6
    )


def rmsprop(model: nn.Module, config: RunConfig) -> Optimizer:
    """RMSprop: each gradient by its usual size of late. Learning rates around 1e-3.

    Source: Tieleman and Hinton 2012, lecture 6.5 of Neural Networks for Machine Learning.
    """
    training = config.training
    return light(torch.optim.RMSprop)(
        learning(model), lr=training.learning_rate, alpha=training.beta_2, eps=training.epsilon
    )


def adam(model: nn.Module, config: RunConfig) -> Optimizer:
    """Adam: each weight gets its own pace. The usual choice; learning rates around 1e-3.

    Source: Kingma and Ba 2015, algorithm 1; the second beta as in Vaswani et al. 2017, section 5.3.
    """
    return light(torch.optim.Adam)(learning(model), fused=True, **_adaptive(config))


def adamw(model: nn.Module, config: RunConfig) -> Optimizer:
    """Adam that also draws the weights to zero, each as much. Learning rates around 1e-3.

    By a hundredth of the learning rate; more is for `regularisation.weight_decay`.
    Source: Loshchilov and Hutter 2019, algorithm 2.
    """
    return light(torch.optim.AdamW)(
        learning(model), fused=True, weight_decay=WEIGHT_DECAY, **_adaptive(config)
    )


def adamax(model: nn.Module, config: RunConfig) -> Optimizer:
    """Adam by the largest gradient of late, so outliers disturb less. Learning rates around 2e-3.

    Source: Kingma and Ba 2015, algorithm 2.
    """
    return light(torch.optim.Adamax)(learning(model), **_adaptive(config))


def nadam(model: nn.Module, config: RunConfig) -> Optimizer:
    """Adam with Nesterov's look ahead. Learning rates around 1e-3.

    Source: Dozat 2016, with its schedule of the momentum.
    """
    return light(torch.optim.NAdam)(learning(model), **_adaptive(config))


def radam(model: nn.Module, config: RunConfig) -> Optimizer:
    """Adam that trusts its pace only once it has seen enough. Learning rates around 1e-3.

    It needs no warm-up, which it makes by itself. Source: Liu et al. 2020, algorithm 2.
    """
    return light(torch.optim.RAdam)(learning(model), **_adaptive(config))


def adafactor(model: nn.Module, config: RunConfig) -> Optimizer:
    """Adam with little memory: rows and columns share their pace. Learning rates around 1e-2.

    The rate is in proportion to the size of the weights. Source: Shazeer and Stern 2018,
    algorithms 4 and 5; nothing is kept for momentum.
    """
    return light(torch.optim.Adafactor)(learning(model), lr=config.training.learning_rate)


def muon(model: nn.Module, config: RunConfig) -> Optimizer:
    """Momentum made to turn all directions alike, for hidden matrices. Learning rates around 1e-3.

    Embeddings, the output layer and vectors are moved by AdamW, at the same rate.
    Source: Jordan et al. 2024; the scale of a step as in Liu et al. 2025, section 2.2.
    """
    return light(MuonAndAdamW)(model, config)


class MuonAndAdamW(Optimizer):
    """Muon for the hidden matrices, AdamW for all else: one optimizer to whoever uses it."""

    def __init__(self, model: nn.Module, config: RunConfig) -> None:
        matrices = hidden_matrices(model)
        chosen = {id(matrix) for matrix in matrices}
        others = [weight for weight in _free(model) if id(weight) not in chosen]
        self._parts: tuple[Optimizer, ...] = (
            light(torch.optim.Muon)(
                [{"params": matrices}], lr=config.training.learning_rate,
                weight_decay=WEIGHT_DECAY, momentum=config.training.momentum,
                adjust_lr_fn="match_rms_adamw",
            ),
            light(torch.optim.AdamW)(
                [{"params": others}], fused=True, weight_decay=WEIGHT_DECAY, **_adaptive(config)
            ),
        )  # fmt: skip
        super().__init__([group for part in self._parts for group in part.param_groups], {})
        self._share()

    def step(self, closure: None = None) -> None:  # type: ignore[override]  # nobody gives one
        """Let both take their step."""
        for part in self._parts:
            part.step()

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Restore both."""
        inspect.unwrap(Optimizer.load_state_dict)(self, state_dict)
        self._share()

    def _share(self) -> None:
        """Let the parts work on the groups and the state of the whole."""
        for part, group in zip(self._parts, self.param_groups, strict=True):
            part.param_groups, part.state = [group], self.state


def learning(model: nn.Module) -> list[dict[str, Any]]:
    """Return the weights that are not frozen, as the one group of an optimizer."""
    return [{"params": _free(model)}]


def _free(model: nn.Module) -> list[nn.Parameter]:
    return [weight for weight in model.parameters() if weight.requires_grad]


def hidden_matrices(model: nn.Module) -> list[nn.Parameter]:
    """Return the weights that turn one hidden vector into another."""
    looked_up = {id(part.weight) for part in model.modules() if isinstance(part, nn.Embedding)}
    excluded = looked_up | output_weights(model)
    return [
        weight for weight in _free(model)
        if weight.ndim == 2 and min(weight.shape) > 1 and id(weight) not in excluded
    ]  # fmt: skip


def _adaptive(config: RunConfig) -> dict[str, Any]:
    training = config.training
    betas = (training.beta_1, training.beta_2)
    return {"lr": training.learning_rate, "betas": betas, "eps": training.epsilon}


OPTIMIZERS: Choices[BuildOptimizer] = Choices(
    "optimizer",
    {
        "adam": adam, "adamw": adamw, "sgd": sgd, "momentum": momentum, "nesterov": nesterov,
        "adagrad": adagrad, "adadelta": adadelta, "rmsprop": rmsprop, "adamax": adamax,
        "nadam": nadam, "radam": radam, "adafactor": adafactor, "muon": muon,
    },
)  # fmt: skip
