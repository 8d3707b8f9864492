"""Pruning: the smallest weights of each matrix are zero, and stay so.

Source: Han et al. 2015, section 3 (at once, then training on); Zhu and Gupta 2017, section 3
(little by little).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from s2s_core.configs import SmallerConfig

Masks = dict[str, Tensor]  # True where a weight is kept


def share_at(step: int, config: SmallerConfig) -> float:
    """Return the share that is to be pruned by a step (Zhu and Gupta 2017, eq. 1)."""
    first, last = config.prune_first_step, config.prune_last_step
    if step >= last:
        return config.prune_share
    if step < first:
        return 0.0
    return config.prune_share * (1 - (1 - (step - first) / (last - first)) ** 3)


def masks_for(model: nn.Module, share: float) -> Masks:
    """Return masks that drop this share of each matrix: the weights nearest to zero.

    Biases, norms and whatever is frozen are left alone.
    """
    masks = {}
    for name, weight in model.named_parameters():
        if weight.dim() < 2 or not weight.requires_grad:
            continue
        size = weight.detach().abs().flatten()
        kept = torch.ones_like(size, dtype=torch.bool)
        kept[size.argsort(stable=True)[: round(share * len(size))]] = False
        masks[name] = kept.view_as(weight)
    return masks


def apply_masks(model: nn.Module, masks: Masks) -> None:
    """Set the weights to zero that are not kept."""
    with torch.no_grad():
        for name, kept in masks.items():
            model.get_parameter(name).mul_(kept)


class Pruner:
    """Keeps a model pruned while it is trained."""

    def __init__(self, model: nn.Module, config: SmallerConfig) -> None:
        self.model = model
        self.config = config
        self.masks: Masks = {}  # none before the first pruning

    def follow(self, step: int) -> None:
        """Prune what is due after this step; what was pruned before is zero again."""
        if not self.config.prune_share:
            return
        if self._is_due(step):
            self.masks = masks_for(self.model, share_at(step, self.config))
        apply_masks(self.model, self.masks)

    def _is_due(self, step: int) -> bool:
        first, last = self.config.prune_first_step, self.config.prune_last_step
        if step >= last:
            return step == last or not self.masks
        return step >= first and (step - first) % self.config.prune_every == 0
