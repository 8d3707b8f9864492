"""What helps against over-fitting."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from s2s_core.configs.base import Config
from s2s_core.knobs import knob


class RegularisationConfig(Config):
    """What keeps the model from learning its corpus by heart."""

    stop_on: str = knob(
        "loss", choices="score", advanced=True, title="Best by",
        help="The score of the held-out sentences that tells the best checkpoint, and that "
        "early stopping waits for. The loss turns first; the others say what a reader would.",
    )  # fmt: skip
    ema_decay: float = knob(
        0.0, zero="off", low=0, high=0.9999, live=True, title="Average of weights",
        help="Scores and translations use an exponential moving average of the weights, which "
        "keeps so much of itself at each step; 0: the weights as they are. Raised: steadier and "
        "often better, but later; 0.99 looks back over about 100 steps.",
    )  # fmt: skip
    average_last: int = knob(
        0, zero="off", low=0, high=50, live=True, advanced=True, unit="validations",
        title="Average the last",
        help="Scores and translations use the mean of the weights at so many of the last checks; "
        "0: the weights as they are. Raised: steadier and often better at the end, but later.",
    )  # fmt: skip
    weight_decay: float = knob(
        0.0, zero="off", low=0, high=0.1, live=True,
        help="Each step shrinks the weights by so much times the learning rate. Raised: smaller "
        "weights and less over-fitting, until the model cannot fit at all; 0.01 is usual, which "
        "AdamW and Muon bring along and this is added to.",
    )  # fmt: skip
    l2: float = knob(
        0.0, zero="off", low=0, high=0.1, live=True, advanced=True, title="L2 penalty",
        help="Half the sum of the squared weights, times this, is added to the objective. Raised: "
        "all weights become smaller; 1e-5 is much.",
    )  # fmt: skip
    l1: float = knob(
        0.0, zero="off", low=0, high=0.1, live=True, advanced=True, title="L1 penalty",
        help="The sum of the weights without their signs, times this, is added to the objective. "
        "Raised: more weights are nearly zero; 1e-5 is much.",
    )  # fmt: skip
    drop_pieces: float = knob(
        0.0, zero="off", low=0, high=0.9, live=True, advanced=True, title="Drop source pieces",
        help="Share of the source's pieces left out while training. Raised: a model that can do "
        "with less, and learns the corpus by heart less easily; too much, and it guesses.",
    )  # fmt: skip
    swap_pieces: int = knob(
        0, zero="off", low=0, high=20, live=True, advanced=True, unit="places",
        title="Swap source pieces",
        help="While training, the source's pieces are shuffled so that none moves further than "
        "this. Raised: less is learnt from the order of words.",
    )  # fmt: skip
    mask_pieces: float = knob(
        0.0, zero="off", low=0, high=0.9, live=True, advanced=True, title="Mask source pieces",
        help="Share of the source's pieces replaced by [unknown] while training. Raised: more is "
        "guessed from what stands around them, and the corpus is harder to learn by heart.",
    )  # fmt: skip
    word_dropout: float = knob(
        0.0, zero="off", low=0, high=0.9, live=True, advanced=True,
        help="Share of the different pieces of a sentence, on both sides, that the model is given "
        "as [unknown] everywhere in it while training. Raised: single words matter less.",
    )  # fmt: skip
    target_dropout: float = knob(
        0.0, zero="off", low=0, high=0.9, live=True, advanced=True, title="Target word dropout",
        help="Share of the pieces before it that the decoder is given as [unknown] while training. "
        "Raised: it listens more to the source, and less to its own last pieces.",
    )  # fmt: skip
    bpe_dropout: float = knob(
        0.0, zero="off", low=0, high=0.9, advanced=True, title="BPE-dropout",
        help="While training, each sentence is cut anew every time it comes, leaving out so many "
        "of the merges that make longer pieces; 0.1 is usual. Raised: shorter pieces, longer and "
        "slower batches, and rare words are learnt better.",
    )  # fmt: skip
    unigram_sampling: float = knob(
        0.0, zero="off", low=0, high=10, advanced=True, title="Unigram sampling",
        help="Subword regularisation: each sentence is cut anew whenever it comes, by the "
        "probability of the cut to this power; 0 cuts it always the same, 0.2 is usual. Raised: "
        "closer to the most probable cut, and less is varied.",
    )  # fmt: skip

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.ema_decay and self.average_last:
            raise ValueError("give either ema_decay or average_last, and not both")
        return self
