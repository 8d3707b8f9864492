"""Averages of the weights over training: they over-fit less, and score steadier, than the last."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn

from s2s_core.models.encoder_decoder import EncoderDecoder


class WeightAverage:
    """A model of its own whose weights are an average of those in training.

    It is scored and translated with; training goes on as if it were not there.
    """

    def __init__(self, model: EncoderDecoder) -> None:
        self.model = copy.deepcopy(model).eval().requires_grad_(False)
        self.model.to(model.device)  # joins the weights of recurrent layers, as cuDNN wants them
        self.step = 0  # of the newest weights in it
        self.mass = 0.0  # of the exponential average: how much of it is not the beginning's zero
        self.snapshots: dict[int, list[Tensor]] = {}  # the weights at some steps, the oldest first

    @torch.no_grad()
    def follow(self, model: nn.Module, step: int, decay: float) -> None:
        """Take in the weights of a step; what was there before fades by `decay`.

        The first weights are taken as they are: the average is divided by the mass of what has
        been taken in. Source: Kingma and Ba 2015, section 7.2.
        """
        self.mass = decay * self.mass + (1 - decay)
        share = (1 - decay) / self.mass
        torch._foreach_lerp_(list(self.model.parameters()), list(model.parameters()), share)
        self.snapshots.clear()
        self._keep_up(model, step)

    @torch.no_grad()
    def take_in(self, model: nn.Module, step: int, most: int) -> None:
        """Become the mean of the weights taken in here the last `most` times.

        Source: Vaswani et al. 2017, section 6.1, who average the last 5 or 20 checkpoints.
        """
        weights = list(model.parameters())
        self.snapshots[step] = [weight.detach().to("cpu", copy=True) for weight in weights]
        for old in list(self.snapshots)[:-most]:
            del self.snapshots[old]
        for weight, *kept in zip(self.model.parameters(), *self.snapshots.values(), strict=True):
            weight.copy_(torch.stack(kept).mean(0))
        self.mass = 0.0
        self._keep_up(model, step)

    def _keep_up(self, model: nn.Module, step: int) -> None:
        """Take over what is not learnt as it is."""
        for kept, new in zip(self.model.buffers(), model.buffers(), strict=True):
            kept.copy_(new)
        self.step = step
