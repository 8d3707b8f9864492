"""The model: an encoder and a decoder that meet in the memory."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from s2s_core.choices import Choices
from s2s_core.configs import (
    DecoderConfig,
    EncoderConfig,
    ModelConfig,
    RecurrentDecoderConfig,
    RecurrentEncoderConfig,
    StartConfig,
)
from s2s_core.data.batch import Batch
from s2s_core.models.contract import Decoder, DecoderOutput, Encoder, Memory
from s2s_core.models.convolutional import ConvolutionalDecoder, ConvolutionalEncoder
from s2s_core.models.dropout import share_masks
from s2s_core.models.initialisation import draw
from s2s_core.models.reconstruction import SourceReconstruction
from s2s_core.models.recurrent import RecurrentDecoder, RecurrentEncoder
from s2s_core.models.set_transformer import SetTransformerEncoder
from s2s_core.models.transformer import TransformerDecoder, TransformerEncoder
from s2s_core.text.tokenizer import PADDING


class EncoderDecoder(nn.Module):
    """Reads a source, writes a target."""

    def __init__(
        self, encoder: Encoder, decoder: Decoder, reconstruction: SourceReconstruction | None = None
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder
        self.precision = "float32"  # what it computes in; the weights are always float32
        self.reconstruction = reconstruction  # only training uses it
        self.is_compiled = False  # by torch's compiler, for training
        self.masks = share_masks(self)  # of dropout

    def encode(self, source: Tensor, mask: Tensor) -> Memory:
        """Read sources, [batch, source length]."""
        return self.encoder(source, mask)  # type: ignore[no-any-return]

    def score(self, batch: Batch) -> DecoderOutput:
        """Score every target position, given the right pieces before it; in full precision."""
        return self.score_from(self.encode(batch.source, batch.source_mask), batch.target_input)

    def score_from(self, memory: Memory, target: Tensor, look: bool = False) -> DecoderOutput:
        """Score what is given to the decoder with this memory; see `Decoder.forward`."""
        output: DecoderOutput = self.decoder(memory, target, look=look)
        full = torch.promote_types(output.scores.dtype, torch.float32)
        return replace(output, scores=output.scores.to(full))

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return next(self.parameters()).device

    @property
    def parameter_count(self) -> int:
        """How many numbers it is made of; shared ones count once."""
        return sum(parameter.numel() for parameter in self.parameters())

    @property
    def learned_count(self) -> int:
        """How many of them are learned: those that are not frozen."""
        return sum(p.numel() for p in self.parameters() if p.requires_grad)

    def freeze(self, start: StartConfig) -> None:
        """Leave parts as they are: their weights get no gradients, and belong in no optimizer."""
        sides: tuple[Any, ...] = (self.encoder, self.decoder)
        embeddings = {id(side.embedding.weight) for side in sides}
        for part, is_frozen in (
            (self.encoder, start.freeze_encoder),
            (self.decoder, start.freeze_decoder),
        ):
            for weight in part.parameters():
                stays = start.freeze_embeddings if id(weight) in embeddings else is_frozen
                weight.requires_grad_(not stays)


def build_model(
    config: ModelConfig, source_vocabulary: int, target_vocabulary: int, seed: int,
    initialisation: str = "default", *, reconstruct: bool = False,
) -> EncoderDecoder:  # fmt: skip
    """Build a model with weights drawn from the seed; torch's own random state is left alone.

    `reconstruct`: with the head of source reconstruction, which changes no other weight.
    """
    with torch.random.fork_rng(devices=range(torch.cuda.device_count())):
        torch.manual_seed(seed)
        target = _embedding(config.decoder, target_vocabulary)
        shared = config.encoder.shared_embedding
        source = target if shared else _embedding(config.encoder, source_vocabulary)
        encoder = ENCODERS[config.encoder.kind](config.encoder, source)
        decoder = DECODERS[config.decoder.kind](
            config.decoder, target, config.encoder.hidden_size, target_vocabulary
        )
        embeddings = (source, _is_narrow(config.encoder)), (target, _is_narrow(config.decoder))
        draw((encoder, decoder), embeddings, initialisation)
        if config.decoder.tied_embedding:
            decoder.output.weight = target.weight
        head = None
        if reconstruct:
            head = SourceReconstruction(config.encoder.hidden_size, source_vocabulary)
    return EncoderDecoder(encoder, decoder, head)


def count_parameters(
    config: ModelConfig, source_vocabulary: int, target_vocabulary: int, reconstruct: bool = False
) -> int:
    """Return how many numbers such a model is made of, without taking memory for them."""
    return model_on_paper(config, source_vocabulary, target_vocabulary, reconstruct).parameter_count


def model_on_paper(
    config: ModelConfig, source_vocabulary: int, target_vocabulary: int, reconstruct: bool = False
) -> EncoderDecoder:
    """Build a model of which there are only the shapes; it takes no memory."""
    with torch.device("meta"), _Undrawn():
        return build_model(
            config, source_vocabulary, target_vocabulary, seed=0, reconstruct=reconstruct
        )


class _Undrawn(TorchFunctionMode):
    """Leaves weights as they are where random numbers would be drawn.

    On the device "meta" there is nothing to draw, and torch would load its compiler for it.
    """

    DRAWS = frozenset({"normal_", "uniform_", "trunc_normal_", "orthogonal_"})

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:  # fmt: skip
        kwargs = kwargs or {}
        if func.__name__ in self.DRAWS:
            return args[0] if args else kwargs["tensor"]
        return func(*args, **kwargs)


def _embedding(config: EncoderConfig | DecoderConfig, vocabulary: int) -> nn.Embedding:
    size = getattr(config, "embedding_size", config.hidden_size)
    return nn.Embedding(vocabulary, size, padding_idx=PADDING)


def _is_narrow(config: EncoderConfig | DecoderConfig) -> bool:
    """Whether embeddings are also an output layer, scaled up by the model, or meant to be short."""
    is_recurrent = isinstance(config, RecurrentEncoderConfig | RecurrentDecoderConfig)
    return not is_recurrent or getattr(config, "tied_embedding", False)


ENCODERS: Choices[Any] = Choices(
    "encoder",
    {
        "rnn": RecurrentEncoder,
        "lstm": RecurrentEncoder,
        "gru": RecurrentEncoder,
        "convolutional": ConvolutionalEncoder,
        "transformer": TransformerEncoder,
        "set_transformer": SetTransformerEncoder,
    },
)

DECODERS: Choices[Any] = Choices(
    "decoder",
    {
        "rnn": RecurrentDecoder,
        "lstm": RecurrentDecoder,
        "gru": RecurrentDecoder,
        "convolutional": ConvolutionalDecoder,
        "transformer": TransformerDecoder,
    },
)
