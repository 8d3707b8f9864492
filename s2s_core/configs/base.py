"""What all configs have in common."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

FORMAT: Literal[1] = 1  # of experiment.toml

Precision = Literal["float32", "bfloat16", "float16"]

Device = Literal["auto", "cpu", "cuda", "mps"]


class Config(BaseModel):
    """The common ground: cannot be changed, refuses unknown keys and infinite numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
