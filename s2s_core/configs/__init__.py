"""What to do: frozen configs made of knobs, that check themselves."""

from __future__ import annotations

from s2s_core.configs.base import FORMAT, Config, Device
from s2s_core.configs.convolutional import (
    ConvolutionalConfig,
    ConvolutionalDecoderConfig,
    ConvolutionalEncoderConfig,
)
from s2s_core.configs.data import DataConfig, TokenizerConfig
from s2s_core.configs.decoding import DecodingConfig
from s2s_core.configs.difficulty import DifficultyConfig
from s2s_core.configs.idle import IDLE, idle_reason
from s2s_core.configs.model import DecoderConfig, EncoderConfig, ModelConfig
from s2s_core.configs.objective import ObjectiveConfig
from s2s_core.configs.recurrent import RecurrentDecoderConfig, RecurrentEncoderConfig
from s2s_core.configs.regularisation import RegularisationConfig
from s2s_core.configs.run import RunConfig
from s2s_core.configs.set_transformer import SetTransformerEncoderConfig
from s2s_core.configs.smaller import SmallerConfig
from s2s_core.configs.start import StartConfig
from s2s_core.configs.training import TrainingConfig
from s2s_core.configs.transformer import (
    MultiHeadConfig,
    TransformerConfig,
    TransformerDecoderConfig,
    TransformerEncoderConfig,
)

__all__ = [
    "FORMAT",
    "IDLE",
    "Config",
    "ConvolutionalConfig",
    "ConvolutionalDecoderConfig",
    "ConvolutionalEncoderConfig",
    "DataConfig",
    "DecoderConfig",
    "DecodingConfig",
    "Device",
    "DifficultyConfig",
    "EncoderConfig",
    "ModelConfig",
    "MultiHeadConfig",
    "ObjectiveConfig",
    "RecurrentDecoderConfig",
    "RecurrentEncoderConfig",
    "RegularisationConfig",
    "RunConfig",
    "SetTransformerEncoderConfig",
    "SmallerConfig",
    "StartConfig",
    "TokenizerConfig",
    "TrainingConfig",
    "TransformerConfig",
    "TransformerDecoderConfig",
    "TransformerEncoderConfig",
    "idle_reason",
]
