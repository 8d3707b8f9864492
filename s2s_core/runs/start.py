"""What a run begins with that is not drawn: weights of another run, embeddings of a file."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from s2s_core.configs import StartConfig
from s2s_core.data.corpus import load_tokenizers
from s2s_core.errors import BadRun
from s2s_core.models.embeddings_file import fill, words_of
from s2s_core.models.encoder_decoder import EncoderDecoder
from s2s_core.records import StartRecord
from s2s_core.runs.checkpoint import best_weights
from s2s_core.runs.weights import read_weights
from s2s_core.text.tokenizer import Tokenizer

Tokenizers = tuple[Tokenizer, Tokenizer]
# Weights with a row for each piece, by what their names begin with; 0: of the source, 1: target.
ROWS_OF_PIECES = {
    "encoder.embedding.": 0, "decoder.embedding.": 1, "decoder.output.": 1,
    "reconstruction.output.": 0,
}  # fmt: skip


def begin(model: EncoderDecoder, tokenizers: Tokenizers, start: StartConfig) -> list[StartRecord]:
    """Bring a new model to where it is to start; returns what was done.

    Vectors of a file come last: they are meant for the embeddings, whatever another run had.
    """
    done = []
    if start.from_run:
        done.append(carry_over(model, tokenizers, Path(start.from_run)))
    is_shared = model.encoder.embedding is model.decoder.embedding
    if start.source_embeddings and not is_shared:
        done.append(_take_vectors(model, tokenizers, 0, Path(start.source_embeddings)))
    if start.target_embeddings:
        done.append(_take_vectors(model, tokenizers, 1, Path(start.target_embeddings)))
    return done


def carry_over(model: EncoderDecoder, tokenizers: Tokenizers, folder: Path) -> StartRecord:
    """Give a model those weights of another run that have the same name and shape.

    Embeddings and output layer go by piece where the vocabularies are not the same.
    """
    _, weights, _ = best_weights(folder)
    given, before = read_weights(weights), load_tokenizers(folder)
    carried, drawn, seen = list[str](), list[str](), set[int]()
    pieces = [0, 0]  # of the source and of the target
    with torch.no_grad():
        for name, weight in model.state_dict().items():
            if weight.data_ptr() in seen:  # one weight, two names
                continue
            seen.add(weight.data_ptr())
            side = next((s for start, s in ROWS_OF_PIECES.items() if name.startswith(start)), None)
            there = given.get(name)
            if there is None:
                count = 0
            elif side is None:
                count = _copy(weight, there)
            else:
                count = _copy_rows(weight, there, tokenizers[side], before[side])
                pieces[side] = max(pieces[side], count)
            (carried if count else drawn).append(name)
    if all(given[name].dim() < 2 for name in carried):  # a bias fits by accident
        raise BadRun(
            "no matrix of {folder} has the name and shape of one of this model; the same kinds "
            "and sizes of encoder and decoder are needed",
            folder=folder,
        )  # fmt: skip
    return StartRecord(
        "From the run “{run}”: {carried} of {all} weights, embeddings of {source} of {sources} "
        "source and {target} of {targets} target pieces. The others are drawn afresh.",
        {
            "run": folder.name, "carried": len(carried), "all": len(carried) + len(drawn),
            "source": pieces[0], "sources": tokenizers[0].size,
            "target": pieces[1], "targets": tokenizers[1].size,
        },
        carried, drawn,
    )  # fmt: skip


def _copy(weight: Tensor, there: Tensor) -> int:
    """Copy a weight of the same shape; returns how many rows."""
    if weight.shape != there.shape:
        return 0
    weight.copy_(there)
    return max(1, len(weight) if weight.dim() else 1)


def _copy_rows(weight: Tensor, there: Tensor, own: Tokenizer, other: Tokenizer) -> int:
    """Copy the rows of those pieces that both vocabularies have; returns how many."""
    if own.model == other.model:
        return _copy(weight, there)
    if weight.shape[1:] != there.shape[1:] or len(weight) != own.size or len(there) != other.size:
        return 0
    known = {piece: row for row, piece in enumerate(other.pieces(range(other.size)))}
    pieces = own.pieces(range(own.size))
    rows = [(row, known[piece]) for row, piece in enumerate(pieces) if piece in known]
    mine, theirs = map(list, zip(*rows, strict=True))
    weight[mine] = there[theirs].to(weight)
    return len(rows)


def _take_vectors(
    model: EncoderDecoder, tokenizers: Tokenizers, side: int, path: Path
) -> StartRecord:
    """Let the embeddings of one side begin with the vectors of a file."""
    part = (model.encoder, model.decoder)[side]
    embedding = part.embedding
    assert isinstance(embedding, torch.nn.Embedding)
    found = fill(embedding, words_of(tokenizers[side]), path)
    template = (
        "From {file}: vectors of {found} of {all} target pieces. The others are drawn."
        if side
        else "From {file}: vectors of {found} of {all} source pieces. The others are drawn."
    )
    return StartRecord(template, {"file": path.name, "found": found, "all": tokenizers[side].size})
