"""What to do: frozen configs made of knobs, that check themselves."""

from __future__ import annotations

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

    kind: str = knob("bpe", choices="tokenizer", help="How sentences are cut into pieces.")
    vocabulary_size: int = knob(
        4000, low=8, high=200_000, unit="pieces",
        help="How many pieces each vocabulary may hold; lowered by itself for a small corpus. "
        "More pieces make shorter sequences, but each is seen less often.",
    )  # fmt: skip
    joint: bool = knob(
        False, help="One vocabulary for both sides; good for languages that share words."
    )


class DataConfig(Config):
    """Which sentence pairs to learn from, and which to hold out."""

    builtin: str = knob(
        "phrasebook", choices="toy_task",
        help="A built-in corpus, generated afresh; empty where files are given.",
    )  # fmt: skip
    builtin_pairs: int = knob(
        20_480, low=100, high=1_000_000, unit="pairs", advanced=True,
        help="How many pairs of the built-in corpus are generated.",
    )  # fmt: skip
    train: tuple[str, ...] = knob((), help="One tab-separated file, or two plain text files.")
    validation: tuple[str, ...] = knob((), help="Files held out from training, given likewise.")
    swap_sides: bool = knob(False, help="Translate from the second language into the first.")
    held_out_percent: float = knob(
        2.0, low=0.1, high=50, unit="%", advanced=True,
        help="Share of the pairs held out from training where no validation files are given.",
    )  # fmt: skip
    held_out_most: int = knob(
        1000, low=1, high=100_000, unit="pairs", advanced=True,
        help="The most pairs held out where no validation files are given.",
    )  # fmt: skip
    longest: int = knob(
        200, low=4, high=10_000, unit="pieces", advanced=True,
        help="Pairs with a longer side are left out, and counted.",
    )  # fmt: skip
    seed: int = knob(1, low=0, high=2**31, advanced=True, help="Chooses the held-out pairs.")
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
        "gru", help="The recurrent cell. LSTM and GRU remember longer than a plain RNN."
    )
    layers: int = knob(
        1, low=1, high=8, help="Layers on top of each other. More can learn more, but slower."
    )
    hidden_size: int = knob(
        128, low=4, high=2048, unit="units",
        help="Width of the encoder's states, both directions together. Larger learns more, slower.",
    )  # fmt: skip
    embedding_size: int = knob(
        128, low=4, high=2048, unit="units", advanced=True, help="Width of a source piece's vector."
    )
    bidirectional: bool = knob(
        True, help="Read the source from both ends; each direction gets half of the hidden size."
    )
    dropout: float = knob(
        0.1, low=0, high=0.9,
        help="Share of values set to zero while training. More delays over-fitting and learning.",
    )  # fmt: skip
    shared_embedding: bool = knob(
        False, advanced=True,
        help="Use the decoder's embedding for the source as well; needs a joint vocabulary.",
    )  # fmt: skip

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.bidirectional and self.hidden_size % 2:
            raise ValueError("hidden_size must be even for a bidirectional encoder")
        return self


class RecurrentDecoderConfig(Config):
    """A stack of recurrent layers that writes the target, with or without attention."""

    kind: Literal["rnn", "lstm", "gru"] = knob(
        "gru", help="The recurrent cell. LSTM and GRU remember longer than a plain RNN."
    )
    attention: str = knob(
        "additive", choices="attention", help="How the decoder looks back at the source."
    )
    layers: int = knob(
        1, low=1, high=8, help="Layers on top of each other. More can learn more, but slower."
    )
    hidden_size: int = knob(
        128, low=4, high=2048, unit="units",
        help="Width of the decoder's states. Larger learns more, slower.",
    )  # fmt: skip
    embedding_size: int = knob(
        128, low=4, high=2048, unit="units", advanced=True, help="Width of a target piece's vector."
    )
    dropout: float = knob(
        0.1, low=0, high=0.9,
        help="Share of values set to zero while training. More delays over-fitting and learning.",
    )  # fmt: skip
    tied_embedding: bool = knob(
        False, advanced=True,
        help="Use the target embedding as the output layer as well (Press and Wolf 2017).",
    )  # fmt: skip


class TransformerConfig(Config):
    """What a Transformer's encoder and decoder have in common."""

    kind: Literal["transformer"] = knob("transformer", help="Attention only; no recurrence.")
    layers: int = knob(
        2, low=1, high=24, help="Layers on top of each other. More can learn more, but slower."
    )
    heads: int = knob(
        4, low=1, high=32, help="Attentions side by side in each layer; must divide hidden_size."
    )
    hidden_size: int = knob(
        128, low=4, high=2048, unit="units",
        help="Width of the states and embeddings. Larger learns more, slower.",
    )  # fmt: skip
    inner_size: int = knob(
        512, low=4, high=8192, unit="units", help="Width inside the feed-forward part of a layer."
    )
    dropout: float = knob(
        0.1, low=0, high=0.9,
        help="Share of values set to zero while training. More delays over-fitting and learning.",
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
        help="Use the decoder's embedding for the source as well; needs a joint vocabulary.",
    )  # fmt: skip


class TransformerDecoderConfig(TransformerConfig):
    """Layers of self-attention over the target and attention to the source."""

    tied_embedding: bool = knob(
        True, advanced=True,
        help="Use the target embedding as the output layer as well (Press and Wolf 2017).",
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

    optimizer: str = knob("adam", choices="optimizer", help="How gradients become steps.")
    learning_rate: float = knob(
        3e-3, low=1e-6, high=10, live=True,
        help="How far each update moves the weights. Higher is faster, until the loss explodes.",
    )  # fmt: skip
    schedule: str = knob(
        "constant", choices="schedule", help="How the learning rate changes with the steps."
    )
    warmup_steps: int = knob(
        200, low=1, high=1_000_000, unit="steps",
        help="Steps over which a warm-up schedule raises the learning rate from zero.",
    )  # fmt: skip
    clip_norm: float = knob(
        1.0, low=0, high=1000, live=True,
        help="Gradients with a larger norm are scaled down to it; 0 leaves them as they are.",
    )  # fmt: skip
    label_smoothing: float = knob(
        0.0, low=0, high=0.9, live=True,
        help="Share of the probability spread over all pieces; a model less sure of itself.",
    )  # fmt: skip
    teacher_forcing: float = knob(
        1.0, low=0, high=1, live=True,
        help="Share of positions where the decoder is given the reference's last piece, "
        "and not its own guess, while training.",
    )  # fmt: skip
    batch_tokens: int = knob(
        768, low=16, high=1_000_000, unit="tokens",
        help="Size of a batch: sentences times the longest side. More is smoother, and slower.",
    )  # fmt: skip
    steps: int = knob(
        3000, low=0, high=100_000_000, unit="steps", live=True,
        help="Training ends after so many updates; 0: only when it is stopped.",
    )  # fmt: skip
    minutes: float = knob(
        0.0, low=0, high=100_000, unit="minutes", live=True, advanced=True,
        help="Training ends after so much time; 0: no limit.",
    )  # fmt: skip
    validate_every: int = knob(
        100, low=1, high=1_000_000, unit="steps", live=True,
        help="How often the held-out sentences are scored.",
    )  # fmt: skip
    validation_sentences: int = knob(
        200, low=1, high=100_000, unit="sentences", live=True, advanced=True,
        help="How many held-out sentences are translated for exact match, BLEU and chrF.",
    )  # fmt: skip
    patience: int = knob(
        0, low=0, high=1000, unit="validations", live=True, advanced=True,
        help="Stop when the validation loss has not fallen for so many checks; 0: never.",
    )  # fmt: skip
    checkpoint_seconds: float = knob(
        20.0, low=1, high=86_400, unit="seconds", live=True, advanced=True,
        help="How often the state of training is saved; at most so much is lost in a crash.",
    )  # fmt: skip
    seed: int = knob(
        1,
        low=0,
        high=2**31,
        help="Start of all random numbers; the same seed gives the same curve.",
    )
    device: Device = knob("auto", help="Where to train; auto takes a GPU where there is one.")


class DecodingConfig(Config):
    """How a translation is searched for."""

    search: str = knob("greedy", choices="search", help="How a translation is searched for.")
    beam_size: int = knob(
        5, low=1, high=100, help="Hypotheses kept at each step of beam search. More is slower."
    )
    n_best: int = knob(1, low=1, high=100, help="How many hypotheses beam search gives.")
    length_penalty: float = knob(
        1.0, low=0, high=5,
        help="Exponent that keeps long hypotheses in the race (Wu et al. 2016); 0 favours short.",
    )  # fmt: skip
    length_limit: float = knob(
        2.0, low=0.5, high=20, advanced=True,
        help="What does not end is cut at this many times the source's length, plus 10 pieces.",
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
