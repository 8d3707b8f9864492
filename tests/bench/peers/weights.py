"""The weights of A, as other toolkits name them: with the same weights, all write the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from s2s_core.models.encoder_decoder import EncoderDecoder
from s2s_core.models.positions import sinusoidal
from tests.bench.peers import shapes

Array = np.ndarray[Any, Any]
Named = dict[str, Array]
KINDS = ("weight", "bias")


def write_weights(model: EncoderDecoder, folder: Path) -> None:
    """Write them for OpenNMT-py and for CTranslate2."""
    mine = named(model)
    _save(folder / "opennmt.npz", for_opennmt(mine))
    _save(folder / "ctranslate.npz", for_ctranslate(mine))


def named(model: EncoderDecoder) -> Named:
    """Return our weights, the vocabulary in the order of the others.

    Ours begins with padding and unknown; theirs, as SentencePiece does, with unknown and padding.
    """
    mine = {name: tensor.detach().numpy() for name, tensor in model.state_dict().items()}
    order = [1, 0, *range(2, shapes.VOCABULARY)]
    mine["embedding"] = mine["decoder.embedding.weight"][order]
    mine["output.bias"] = mine["decoder.output.bias"][order]
    return mine


def for_opennmt(mine: Named) -> Named:
    """Return what OpenNMT-py's state has; what it computes itself is left out."""
    theirs = {
        "encoder.embeddings.make_embedding.emb_luts.0.weight": mine["embedding"],
        "decoder.embeddings.make_embedding.emb_luts.0.weight": mine["embedding"],
        "generator.weight": mine["embedding"], "generator.bias": mine["output.bias"],
    }  # fmt: skip
    for kind in KINDS:
        for side, stack in (("encoder", "transformer"), ("decoder", "transformer_layers")):
            theirs[f"{side}.layer_norm.{kind}"] = mine[f"{side}.norm.{kind}"]
            parts = _parts(side, ("self_attn", "context_attn"))
            for layer in range(shapes.LAYERS):
                ours, there = f"{side}.layers.{layer}.", f"{side}.{stack}.{layer}."
                for own, name in parts:
                    names = ("linear_query", "linear_keys", "linear_values", "final_linear")
                    for part, value in zip(names, _attention(mine, ours + own, kind), strict=True):
                        theirs[f"{there}{name}.{part}.{kind}"] = value
                for own, name in (("0", "w_1"), ("3", "w_2")):
                    value = mine[f"{ours}feed_forward.{own}.{kind}"]
                    theirs[f"{there}feed_forward.{name}.{kind}"] = value
                norms = ("layer_norm_1", "layer_norm_2") if side == "decoder" else ("layer_norm",)
                for index, name in enumerate((*norms, "feed_forward.layer_norm")):
                    theirs[f"{there}{name}.{kind}"] = mine[f"{ours}norms.{index}.{kind}"]
    return theirs


def for_ctranslate(mine: Named) -> Named:
    """Return what CTranslate2's specification asks for, by the paths of its attributes."""
    theirs = {
        "encoder.embeddings.0.weight": mine["embedding"], "decoder.embeddings.weight":
        mine["embedding"], "decoder.projection.weight": mine["embedding"],
        "decoder.projection.bias": mine["output.bias"],
    }  # fmt: skip
    waves = sinusoidal(0, 256, shapes.SIZE, None).numpy()  # type: ignore[arg-type]
    norms = {"weight": "gamma", "bias": "beta"}
    for side in ("encoder", "decoder"):
        theirs[f"{side}.position_encodings.encodings"] = waves
        for kind in KINDS:
            theirs[f"{side}.layer_norm.{norms[kind]}"] = mine[f"{side}.norm.{kind}"]
            for layer in range(shapes.LAYERS):
                ours, there = f"{side}.layers.{layer}.", f"{side}.layer.{layer}."
                names = []
                for own, name in _parts(side, ("self_attention", "attention")):
                    names.append(name)
                    query, keys, values, output = _attention(mine, ours + own, kind)
                    joined = (
                        [np.concatenate([query, keys, values]), output]
                        if own != "source_attention"
                        else [query, np.concatenate([keys, values]), output]
                    )
                    for index, value in enumerate(joined):
                        theirs[f"{there}{name}.linear.{index}.{kind}"] = value
                for own, name in (("0", "linear_0"), ("3", "linear_1")):
                    theirs[f"{there}ffn.{name}.{kind}"] = mine[f"{ours}feed_forward.{own}.{kind}"]
                for index, name in enumerate((*names, "ffn")):
                    value = mine[f"{ours}norms.{index}.{kind}"]
                    theirs[f"{there}{name}.layer_norm.{norms[kind]}"] = value
    return theirs


def _save(path: Path, named: Any) -> None:
    np.savez(path, **named)


def _parts(side: str, names: tuple[str, str]) -> list[tuple[str, str]]:
    """Return our names of the attentions of a layer, with others."""
    if side == "encoder":
        return [("attention", names[0])]
    return [("self_attention", names[0]), ("source_attention", names[1])]


def _attention(mine: Named, prefix: str, kind: str) -> tuple[Array, Array, Array, Array]:
    """Return query, keys, values and output."""
    keys, values = np.split(mine[f"{prefix}.project_keys_values.{kind}"], 2)
    query, output = (mine[f"{prefix}.{name}.{kind}"] for name in ("project_query", "output"))
    return query, keys, values, output
