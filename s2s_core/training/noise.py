"""Noise on what the model is given while training; what it is to write stays as it is.

The random numbers are torch's own, as dropout's are, so that a resumed run goes on with them.
UNKNOWN stands in for what is hidden: as everything can be spelled in bytes, it never occurs in a
corpus, and its embedding is learnt as that of a gap.
"""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from s2s_core.configs import RegularisationConfig
from s2s_core.data.batch import Batch
from s2s_core.text.tokenizer import BEGIN, END, PADDING, UNKNOWN


def with_noise(batch: Batch, config: RegularisationConfig) -> Batch:
    """Return the batch as the model is given it; the very same where no noise is asked for."""
    if config.drop_pieces:
        batch = dropped(batch, config.drop_pieces)
    if config.swap_pieces:
        batch = swapped(batch, config.swap_pieces)
    if config.mask_pieces:
        batch = masked(batch, config.mask_pieces)
    if config.word_dropout:
        batch = without_words(batch, config.word_dropout)
    if config.target_dropout:
        batch = with_target_masked(batch, config.target_dropout)
    return batch


def dropped(batch: Batch, share: float) -> Batch:
    """Leave out each source piece with this chance; the rest moves up, END stays.

    Source: Lample et al. 2018, section 2.3 ("word drop"); here of pieces.
    """
    chances = torch.rand(batch.source.shape, device=batch.source.device)
    gone = is_word(batch.source, batch.source_mask) & (chances < share)
    kept = batch.source_mask & ~gone
    order = (~kept).to(torch.uint8).argsort(dim=1, stable=True)  # kept ones first, in their order
    counts = kept.sum(1)
    width = int(counts.max())
    mask = torch.arange(width, device=counts.device) < counts.unsqueeze(1)
    source = batch.source.gather(1, order[:, :width]).masked_fill(~mask, PADDING)
    return replace(batch, source=source, source_mask=mask, source_tokens=int(counts.sum()))


def swapped(batch: Batch, distance: int) -> Batch:
    """Shuffle source pieces so that none moves further than `distance`; END stays last.

    Source: Lample et al. 2018, section 2.3: places plus uniform numbers up to distance + 1 are
    sorted.
    """
    length = batch.source.shape[1]
    places = torch.arange(length, device=batch.source.device)
    shifts = torch.rand(batch.source.shape, device=batch.source.device)
    words = is_word(batch.source, batch.source_mask)
    # END and padding come after all words, as they did.
    keys = torch.where(words, places + shifts * (distance + 1), 2.0 * length + distance + places)
    # Stable, as a shift may be rounded up to a whole `distance + 1`.
    return replace(batch, source=batch.source.gather(1, keys.argsort(dim=1, stable=True)))


def masked(batch: Batch, share: float) -> Batch:
    """Replace each source piece by UNKNOWN with this chance.

    Source: Edunov et al. 2018, section 3 ("replacing words by a filler token").
    """
    chances = torch.rand(batch.source.shape, device=batch.source.device)
    hidden = is_word(batch.source, batch.source_mask) & (chances < share)
    return replace(batch, source=batch.source.masked_fill(hidden, UNKNOWN))


def without_words(batch: Batch, share: float) -> Batch:
    """Hide some of the different pieces of each sentence, wherever in it they stand.

    Source: Gal and Ghahramani 2016, section 4.2; there their embeddings become zero and the
    others larger, here that of UNKNOWN takes their place.
    """
    source, given = batch.source, batch.target_input
    source_hidden = is_word(source, batch.source_mask) & (chance_of_each_word(source) < share)
    target_hidden = is_word(given, batch.target_mask) & (chance_of_each_word(given) < share)
    return replace(
        batch,
        source=source.masked_fill(source_hidden, UNKNOWN),
        target_input=given.masked_fill(target_hidden, UNKNOWN),
    )


def with_target_masked(batch: Batch, share: float) -> Batch:
    """Replace each piece that the decoder is given by UNKNOWN with this chance.

    Source: Bowman et al. 2016, section 3.1 ("word dropout and historyless decoding").
    """
    given = batch.target_input
    chances = torch.rand(given.shape, device=given.device)
    hidden = is_word(given, batch.target_mask) & (chances < share)
    return replace(batch, target_input=given.masked_fill(hidden, UNKNOWN))


def is_word(ids: Tensor, mask: Tensor) -> Tensor:
    """Tell which places hold a piece of the sentence itself: no END, BEGIN or padding."""
    return mask & (ids != END) & (ids != BEGIN)


def chance_of_each_word(ids: Tensor) -> Tensor:
    """Draw a number from 0 to 1 for each place, the same for equal pieces of a sentence.

    ids: [batch, length]; a piece takes the number of the place where it first stands.
    """
    chances = torch.rand(ids.shape, device=ids.device)
    equal = ids.unsqueeze(2) == ids.unsqueeze(1)  # [batch, length, length]
    return chances.gather(1, equal.to(torch.uint8).argmax(dim=2))
