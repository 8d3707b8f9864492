"""Recurrent encoders and decoders."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from s2s_core.configs.base import Config
from s2s_core.knobs import knob


class RecurrentEncoderConfig(Config):
    """A stack of recurrent layers that reads the source."""

    kind: Literal["rnn", "lstm", "gru"] = knob(
        "gru",
        title="Cell",
        advanced=True,
        help="What each layer is made of. LSTM and GRU remember longer than a plain RNN; a "
        "Transformer looks at all words at once.",
    )
    nonlinearity: Literal["tanh", "relu"] = knob(
        "tanh", title="Activation", advanced=True,
        help="What a plain RNN does to its sums. ReLU lets gradients pass undamped, further back "
        "through time, but states may grow without end: a lower learning rate helps.",
    )  # fmt: skip
    layers: int = knob(
        1, low=1, high=8, unit="layers",
        help="Layers on top of each other. Raised: can learn more, each step takes longer, and "
        "training starts more slowly.",
    )  # fmt: skip
    residual: bool = knob(
        False, title="Residual connections", advanced=True,
        help="Add what comes into a layer to what it gives, from the second layer on (Wu et al. "
        "2016). On: deep stacks train as easily as shallow ones.",
    )  # fmt: skip
    hidden_size: int = knob(
        128, low=4, high=2048, unit="units",
        help="Width of the encoder's states, both directions together. Raised: remembers more of "
        "the source, needs more memory and time, and over-fits a small corpus sooner.",
    )  # fmt: skip
    embedding_size: int = knob(
        128, low=4, high=2048, unit="units", advanced=True,
        help="Width of the vector of a source piece. Raised: finer shades of meaning, more "
        "parameters for every piece of the vocabulary.",
    )  # fmt: skip
    bidirectional: bool = knob(
        True,
        help="Read the source from both ends; each direction gets half of the hidden size. On: "
        "each state knows what follows, and translations are usually better.",
    )  # fmt: skip
    reverse_source: bool = knob(
        False, title="Source reversed", advanced=True,
        help="Read the source from its last piece to its first (Sutskever et al. 2014). On: the "
        "first words are nearest to where writing begins, which helps without attention.",
    )  # fmt: skip
    dropout: float = knob(
        0.1, zero="off", low=0, high=0.9,
        help="Share of values set to zero while training. Raised: over-fits later, learns more "
        "slowly; much above 0.5 it hardly learns.",
    )  # fmt: skip
    variational: bool = knob(
        False, title="Variational dropout", advanced=True,
        help="Drop the same values at every position of a sentence, and in the recurrent weights "
        "too (Gal and Ghahramani 2016). On: over-fits later, and remembers well.",
    )  # fmt: skip
    shared_embedding: bool = knob(
        False, advanced=True,
        help="Use the decoder's embedding for the source as well; needs a joint vocabulary. On: "
        "fewer parameters, and what one side learns helps the other.",
    )  # fmt: skip

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.bidirectional and self.hidden_size % 2:
            raise ValueError("hidden_size must be even for a bidirectional encoder")
        return self


class RecurrentDecoderConfig(Config):
    """A stack of recurrent layers that writes the target, with or without attention."""

    kind: Literal["rnn", "lstm", "gru"] = knob(
        "gru",
        title="Cell",
        advanced=True,
        help="What each layer is made of. LSTM and GRU remember longer than a plain RNN; a "
        "Transformer looks at all words at once.",
    )
    attention: str = knob(
        "additive",
        choices="attention",
        help="How the decoder looks back at the source. Without it one vector must hold the whole "
        "sentence, and long ones suffer.",
    )
    attention_heads: int = knob(
        4, low=1, high=32, unit="heads", advanced=True,
        help="Attentions side by side; they share the hidden sizes, which must be multiples. "
        "Raised: looks at more places at once, each more coarsely.",
    )  # fmt: skip
    window: int = knob(
        10, low=1, high=1000, unit="pieces", title="Attention window", advanced=True,
        help="How far local attention sees to either side of the place it predicts. Raised: more "
        "is seen, and the prediction need not be as good.",
    )  # fmt: skip
    input_feeding: bool = knob(
        False, advanced=True,
        help="Give what was seen with one piece to the layers with the next (Luong et al. 2015). "
        "On: knows where it has looked, but trains position by position, which is slower.",
    )  # fmt: skip
    copying: bool = knob(
        False, advanced=True,
        help="A pointer (See et al. 2017): each piece may also be copied from where the decoder "
        "looks; needs a joint vocabulary. On: names and numbers come through unharmed.",
    )  # fmt: skip
    context: Literal["first_state", "every_step"] = knob(
        "first_state", title="Source vector", advanced=True,
        help="Where the vector of the whole source goes: into the first state (Sutskever et al. "
        "2014), or also into every step and output (Cho et al. 2014), so that it is not forgotten.",
    )  # fmt: skip
    nonlinearity: Literal["tanh", "relu"] = knob(
        "tanh", title="Activation", advanced=True,
        help="What a plain RNN does to its sums. ReLU lets gradients pass undamped, further back "
        "through time, but states may grow without end: a lower learning rate helps.",
    )  # fmt: skip
    layers: int = knob(
        1, low=1, high=8, unit="layers",
        help="Layers on top of each other. Raised: can learn more, each step takes longer, and "
        "training starts more slowly.",
    )  # fmt: skip
    residual: bool = knob(
        False, title="Residual connections", advanced=True,
        help="Add what comes into a layer to what it gives, from the second layer on (Wu et al. "
        "2016). On: deep stacks train as easily as shallow ones.",
    )  # fmt: skip
    hidden_size: int = knob(
        128, low=4, high=2048, unit="units",
        help="Width of the decoder's states. Raised: writes more fluently, needs more memory and "
        "time, and over-fits a small corpus sooner.",
    )  # fmt: skip
    embedding_size: int = knob(
        128, low=4, high=2048, unit="units", advanced=True,
        help="Width of the vector of a target piece. Raised: finer shades of meaning, more "
        "parameters for every piece of the vocabulary.",
    )  # fmt: skip
    dropout: float = knob(
        0.1, low=0, high=0.9,
        help="Share of values set to zero while training. Raised: over-fits later, learns more "
        "slowly; much above 0.5 it hardly learns.",
    )  # fmt: skip
    variational: bool = knob(
        False, title="Variational dropout", advanced=True,
        help="Drop the same values at every position of a sentence, and in the recurrent weights "
        "too (Gal and Ghahramani 2016). On: over-fits later, and remembers well.",
    )  # fmt: skip
    tied_embedding: bool = knob(
        False, advanced=True,
        help="Use the target embedding as the output layer as well (Press and Wolf 2017). On: "
        "fewer parameters, often a little better.",
    )  # fmt: skip
