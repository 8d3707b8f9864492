"""What to do: frozen configs made of knobs, that check themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from s2s_core.knobs import knob

FORMAT: Literal[1] = 1  # of experiment.toml

Device = Literal["auto", "cpu", "cuda", "mps"]


class Config(BaseModel):
    """The common ground: cannot be changed, refuses unknown keys and infinite numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class TokenizerConfig(Config):
    """How sentences are cut into pieces."""

    kind: str = knob(
        "bpe", choices="tokenizer", title="Pieces",
        help="How sentences are cut into pieces. Longer pieces make sentences short and rare "
        "words hard; shorter ones the other way round.",
    )  # fmt: skip
    vocabulary_size: int = knob(
        4000, low=8, high=200_000, unit="pieces",
        help="How many pieces each vocabulary may hold; lowered by itself for a small corpus. "
        "Raised: shorter sentences and faster steps, but each piece is seen less often and the "
        "output layer grows.",
    )  # fmt: skip
    joint: bool = knob(
        False, title="Joint vocabulary",
        help="One vocabulary for both sides. On: names and words that both languages share are "
        "learnt once, and the embeddings can be shared.",
    )  # fmt: skip


class DataConfig(Config):
    """Which sentence pairs to learn from, and which to hold out."""

    builtin: str = knob(
        "phrasebook", choices="toy_task", title="Built-in corpus", advanced=True,
        help="A corpus that is generated here, without files. Choosing one lets go of the files.",
    )  # fmt: skip
    builtin_pairs: int = knob(
        20_480, low=100, high=1_000_000, unit="pairs", advanced=True,
        title="Built-in pairs",
        help="How many pairs of the built-in corpus are generated. Raised: better on sentences "
        "never seen, and longer epochs.",
    )  # fmt: skip
    train: tuple[str, ...] = knob(
        (), title="Corpus files", advanced=True, files=True,
        help="The pairs to learn from: one tab-separated file, or two plain text files. More "
        "pairs help more than any other setting.",
    )  # fmt: skip
    validation: tuple[str, ...] = knob(
        (), title="Validation files", advanced=True, files=True,
        help="Pairs to score the model with, given likewise; without them some of the corpus is "
        "held out. With files of their own, scores can be compared with those of others.",
    )  # fmt: skip
    swap_sides: bool = knob(
        False, advanced=True,
        help="On: translate from the second language into the first.",
    )  # fmt: skip
    held_out_percent: float = knob(
        2.0, low=0.1, high=50, unit="%", advanced=True,
        title="Held out",
        help="Share of the pairs held out from training to score the model with. Raised: steadier "
        "scores, slower checks, fewer pairs to learn from.",
    )  # fmt: skip
    held_out_most: int = knob(
        1000, low=1, high=100_000, unit="pairs", advanced=True,
        title="Held out, at most",
        help="No more pairs than these are held out. Raised: steadier scores of a large corpus, "
        "slower checks.",
    )  # fmt: skip
    longest: int = knob(
        200, low=4, high=10_000, unit="pieces", advanced=True, title="Longest sentence",
        help="Pairs with a longer side are left out, and counted. Raised: fewer are lost, but the "
        "longest set the memory that is needed.",
    )  # fmt: skip
    seed: int = knob(
        1, low=0, high=2**31, advanced=True, title="Seed of the split",
        help="Chooses which pairs are held out. Another number is another choice, neither better "
        "nor worse.",
    )  # fmt: skip
    tokenizer: TokenizerConfig = TokenizerConfig()

    @model_validator(mode="after")
    def _check(self) -> Self:
        if bool(self.builtin) == bool(self.train):
            raise ValueError("name either data.builtin or files in data.train, and not both")
        if len(self.train) > 2 or len(self.validation) > 2:
            raise ValueError("a corpus is one tab-separated file or two plain text files")
        return self


class RecurrentEncoderConfig(Config):
    """A stack of recurrent layers that reads the source."""

    kind: Literal["rnn", "lstm", "gru"] = knob(
        "gru",
        title="Cell",
        advanced=True,
        help="What each layer is made of. LSTM and GRU remember longer than a plain RNN; a "
        "Transformer looks at all words at once.",
    )
    layers: int = knob(
        1, low=1, high=8, unit="layers",
        help="Layers on top of each other. Raised: can learn more, each step takes longer, and "
        "training starts more slowly.",
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
    dropout: float = knob(
        0.1, low=0, high=0.9,
        help="Share of values set to zero while training. Raised: over-fits later, learns more "
        "slowly; much above 0.5 it hardly learns.",
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
    layers: int = knob(
        1, low=1, high=8, unit="layers",
        help="Layers on top of each other. Raised: can learn more, each step takes longer, and "
        "training starts more slowly.",
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
    tied_embedding: bool = knob(
        False, advanced=True,
        help="Use the target embedding as the output layer as well (Press and Wolf 2017). On: "
        "fewer parameters, often a little better.",
    )  # fmt: skip


class TransformerConfig(Config):
    """What a Transformer's encoder and decoder have in common."""

    kind: Literal["transformer"] = knob(
        "transformer", title="Cell",
        advanced=True,
        help="What each layer is made of. LSTM and GRU remember longer than a plain RNN; a "
        "Transformer looks at all words at once.",
    )  # fmt: skip
    layers: int = knob(
        2, low=1, high=24, unit="layers",
        help="Layers on top of each other. Raised: can learn more, each step takes longer, and "
        "training needs a longer warm-up.",
    )  # fmt: skip
    heads: int = knob(
        4, low=1, high=32, unit="heads",
        help="Attentions side by side in each layer; they share the hidden size, which must be a "
        "multiple. Raised: looks at more places at once, each more coarsely.",
    )  # fmt: skip
    hidden_size: int = knob(
        128, low=4, high=2048, unit="units",
        help="Width of the states and embeddings. Raised: learns more, needs more memory and time, "
        "and usually a lower learning rate.",
    )  # fmt: skip
    inner_size: int = knob(
        512, low=4, high=8192, unit="units",
        help="Width inside the feed-forward part of a layer, usually four times the hidden size. "
        "Raised: knows more, needs more memory and time.",
    )  # fmt: skip
    dropout: float = knob(
        0.1, low=0, high=0.9,
        help="Share of values set to zero while training. Raised: over-fits later, learns more "
        "slowly; much above 0.5 it hardly learns.",
    )  # fmt: skip

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.hidden_size % self.heads or self.hidden_size % 2:
            raise ValueError(
                f"hidden_size must be even and a multiple of heads; "
                f"{self.hidden_size} is not for {self.heads} heads"
            )
        return self


class TransformerEncoderConfig(TransformerConfig):
    """Layers of self-attention over the source (Vaswani et al. 2017, pre-norm)."""

    shared_embedding: bool = knob(
        False, advanced=True,
        help="Use the decoder's embedding for the source as well; needs a joint vocabulary. On: "
        "fewer parameters, and what one side learns helps the other.",
    )  # fmt: skip


class TransformerDecoderConfig(TransformerConfig):
    """Layers of self-attention over the target and attention to the source."""

    tied_embedding: bool = knob(
        True, advanced=True,
        help="Use the target embedding as the output layer as well (Press and Wolf 2017). On: "
        "fewer parameters, often a little better.",
    )  # fmt: skip


EncoderConfig = Annotated[
    RecurrentEncoderConfig | TransformerEncoderConfig, Field(discriminator="kind")
]
DecoderConfig = Annotated[
    RecurrentDecoderConfig | TransformerDecoderConfig, Field(discriminator="kind")
]


class ModelConfig(Config):
    """An encoder and a decoder, configured apart."""

    encoder: EncoderConfig = RecurrentEncoderConfig()
    decoder: DecoderConfig = RecurrentDecoderConfig()

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (
            isinstance(self.decoder, RecurrentDecoderConfig)
            and self.decoder.attention == "dot"
            and self.decoder.hidden_size != self.encoder.hidden_size
        ):
            raise ValueError(
                f"dot attention needs one hidden_size for encoder and decoder, not "
                f"{self.encoder.hidden_size} and {self.decoder.hidden_size}; general does not"
            )
        return self


class TrainingConfig(Config):
    """How the weights are moved."""

    optimizer: str = knob(
        "adam", choices="optimizer",
        help="How gradients become steps. Each wants learning rates of its own size.",
    )  # fmt: skip
    learning_rate: float = knob(
        3e-3, low=1e-6, high=10, live=True,
        help="How far each update moves the weights. Raised: learns faster, until the loss "
        "explodes.",
    )  # fmt: skip
    schedule: str = knob(
        "constant", choices="schedule",
        help="How the learning rate changes with the steps. Rising first spares a Transformer a "
        "bad start; falling later settles the loss.",
    )  # fmt: skip
    warmup_steps: int = knob(
        200, low=1, high=1_000_000, unit="steps",
        help="Steps over which a warm-up schedule raises the learning rate from zero. Raised: a "
        "safer start, a later result.",
    )  # fmt: skip
    clip_norm: float = knob(
        1.0, low=0, high=1000, live=True,
        help="Gradients with a larger norm are scaled down to it; 0 leaves them as they are. "
        "Raised: bolder steps, and the loss explodes sooner.",
    )  # fmt: skip
    label_smoothing: float = knob(
        0.0, low=0, high=0.9, live=True,
        help="Share of the probability spread over all pieces. Raised: a model less sure of "
        "itself, often better scores, and a training objective that cannot reach zero.",
    )  # fmt: skip
    teacher_forcing: float = knob(
        1.0, low=0, high=1, live=True,
        help="Share of positions where the decoder is given the reference's last piece, "
        "and not its own guess, while training. Raised: learns faster, but gets less used to its "
        "own mistakes.",
    )  # fmt: skip
    batch_tokens: int = knob(
        768, low=16, high=1_000_000, unit="tokens", title="Batch size",
        help="Sentences of a batch times its longest side. Raised: smoother gradients, slower "
        "steps, more memory, and room for a higher learning rate.",
    )  # fmt: skip
    steps: int = knob(
        3000, low=0, high=100_000_000, unit="steps", live=True, title="Steps, at most",
        help="Training ends after so many updates; 0: only when it is stopped. Raised: learns "
        "longer, and may over-fit.",
    )  # fmt: skip
    minutes: float = knob(
        0.0, low=0, high=100_000, unit="minutes", live=True, advanced=True,
        title="Minutes, at most",
        help="Training ends after so much time; 0: no limit. Raised: learns longer.",
    )  # fmt: skip
    validate_every: int = knob(
        100, low=1, high=1_000_000, unit="steps", live=True,
        help="Steps from one scoring of the held-out sentences to the next. Raised: faster "
        "training, fewer points on the curves.",
    )  # fmt: skip
    validation_sentences: int = knob(
        200, low=1, high=100_000, unit="sentences", live=True, advanced=True,
        help="How many held-out sentences are translated for exact match, BLEU and chrF. Raised: "
        "steadier scores, slower checks.",
    )  # fmt: skip
    patience: int = knob(
        0, low=0, high=1000, unit="validations", live=True, advanced=True,
        help="Stop when the validation loss has not fallen for so many checks; 0: never. Raised: "
        "waits longer for a late improvement.",
    )  # fmt: skip
    checkpoint_seconds: float = knob(
        20.0, low=1, high=86_400, unit="seconds", live=True, advanced=True, title="Save every",
        help="How often the state of training is saved; at most so much is lost in a crash. "
        "Raised: a little faster, and more to lose.",
    )  # fmt: skip
    seed: int = knob(
        1, low=0, high=2**31,
        help="Start of all random numbers; the same seed gives the same curve. Another number is "
        "another try, neither better nor worse.",
    )  # fmt: skip
    device: Device = knob(
        "auto",
        help="Where to train; automatic takes a GPU where there is one. A GPU is faster for "
        "large models, not always for tiny ones.",
    )  # fmt: skip


class DecodingConfig(Config):
    """How a translation is searched for."""

    search: str = knob(
        "greedy", choices="search",
        help="How a translation is searched for. The more hypotheses it weighs, the better the "
        "translation usually is, and the slower.",
    )  # fmt: skip
    beam_size: int = knob(
        5, low=1, high=100, unit="hypotheses",
        help="Hypotheses kept at each step of beam search. Raised: a little better, and slower; "
        "beyond 10 often worse again.",
    )  # fmt: skip
    n_best: int = knob(
        1, low=1, high=100, unit="hypotheses", title="Hypotheses given", advanced=True,
        help="How many of the hypotheses beam search gives. Raised: more alternatives, as far as "
        "the beam is wide.",
    )  # fmt: skip
    length_penalty: float = knob(
        1.0, low=0, high=5,
        help="Exponent that keeps long hypotheses in the race (Wu et al. 2016); 0 favours short "
        "ones. Raised: longer translations.",
    )  # fmt: skip
    length_limit: float = knob(
        2.0, low=0.5, high=20, advanced=True,
        help="What does not end is cut at this many times the source's length, plus 10 pieces. "
        "Raised: longer sentences can be finished, and babble takes longer.",
    )  # fmt: skip

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.search == "beam" and self.n_best > self.beam_size:
            raise ValueError(f"n_best {self.n_best} needs a beam_size of at least as many")
        return self


class RunConfig(Config):
    """All that is needed to do a run again."""

    format: Literal[1] = FORMAT
    data: DataConfig = DataConfig()
    model: ModelConfig = ModelConfig()
    training: TrainingConfig = TrainingConfig()
    decoding: DecodingConfig = DecodingConfig()

    @model_validator(mode="after")
    def _check(self) -> Self:
        encoder, decoder = self.model.encoder, self.model.decoder
        widths = [getattr(c, "embedding_size", c.hidden_size) for c in (encoder, decoder)]
        if encoder.shared_embedding and not self.data.tokenizer.joint:
            raise ValueError("model.encoder.shared_embedding needs data.tokenizer.joint")
        if encoder.shared_embedding and widths[0] != widths[1]:
            raise ValueError(
                f"model.encoder.shared_embedding needs embeddings of one width, not "
                f"{widths[0]} and {widths[1]}"
            )
        return self


Idle = tuple[Callable[[RunConfig], bool], str]  # when a knob has no effect, and why

IDLE: dict[str, Idle] = {
    "training.warmup_steps": (
        lambda config: config.training.schedule == "constant",
        "It has no effect while the schedule is constant.",
    ),
    **dict.fromkeys(
        ("decoding.beam_size", "decoding.n_best", "decoding.length_penalty"),
        (
            lambda config: config.decoding.search != "beam",
            "It has no effect: only beam search weighs several hypotheses.",
        ),
    ),
    "data.builtin_pairs": (
        lambda config: not config.data.builtin,
        "It has no effect: the corpus comes from files.",
    ),
    **dict.fromkeys(
        ("data.held_out_percent", "data.held_out_most", "data.seed"),
        (
            lambda config: bool(config.data.validation),
            "It has no effect: there are validation files.",
        ),
    ),
}


def idle_reason(config: RunConfig, key: str) -> str:
    """Return why a knob has no effect as things stand; empty where it has."""
    test, why = IDLE.get(key, (lambda _: False, ""))
    return why if test(config) else ""
