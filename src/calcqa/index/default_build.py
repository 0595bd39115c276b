"""Builds an index with what is used by default: the encoder that is named or ships, the limits and the weights."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from calcqa.config import ChunkSettings, EncoderSettings, default_encoder
from calcqa.documents.corpus import Unused
from calcqa.index import build as building
from calcqa.index.build import BuildReport, Progress
from calcqa.models.load_encoder import load_encoder
from calcqa.parameters import shipped_weights


def build(
    paths: Sequence[str | Path],
    out: str | Path = "index",
    *,
    encoder: EncoderSettings | None = None,
    chunking: ChunkSettings | None = None,
    sidecars: bool = True,
    progress: Progress | None = None,
) -> BuildReport:
    """Build an index of documents into the folder `out`; what is there already serves until the new one is whole.

    Args:
        paths: files (Markdown, plain text, a publisher's export), or folders of them.
        out: the folder of the index.
        encoder: another sentence-transformers model; by default `CALCQA_ENCODER`, else the one that comes with calcqa.
        chunking: other limits for passages, in word pieces and tokens.
        sidecars: whether to use the FAQ files that stand beside the documents.
        progress: called with a stage, how much of it is done, and its size.

    Raises:
        DocumentError, SidecarError: a file or a line of an FAQ file cannot be used.
        IndexFormatError: `out` is something else than an index.
        EncoderError: the encoder is not here, or its weights are not those expected.
    """
    settings = encoder or default_encoder()
    return building.build_index(
        [Path(p) for p in paths],
        Path(out),
        load_encoder(settings),
        chunking or ChunkSettings(),
        shipped_weights(),
        sidecars=sidecars,
        progress=progress,
    )


def is_current(
    paths: Sequence[str | Path], out: str | Path = "index", *, sidecars: bool = True, unused: Unused | None = None
) -> bool:
    """Say whether `build` with the same arguments (and its defaults) would give the index that is in `out` already.

    The files that it would pass over are named in `unused`, where that is given.

    Raises:
        DocumentError, SidecarError: a file or a line of an FAQ file cannot be used.
    """
    settings = [Path(p) for p in paths], Path(out), default_encoder(), ChunkSettings(), shipped_weights()
    return building.is_current(*settings, sidecars=sidecars, unused=unused)
