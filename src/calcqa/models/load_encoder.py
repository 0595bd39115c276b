"""Opens the encoder that is asked for, by whichever library starts faster.

ONNX Runtime runs it, whose import takes a fraction of a second where sentence-transformers' takes many. An export that
comes with the package is looked for first, then one in the cache. Nothing is ever fetched: a model that is not on this
machine is an EncoderError. `models/encoder_files.py` says what its folder may hold.
"""

from __future__ import annotations

import contextlib
import logging
from pathlib import Path

from calcqa.config import EncoderSettings, cache_dir
from calcqa.errors import EncoderError
from calcqa.models.encoder import DEFAULT_NAME, DEFAULT_SHA256, Encoder
from calcqa.models.encoder_files import weights_folder, weights_sha256
from calcqa.models.onnx_encoder import OnnxEncoder, export_onnx
from calcqa.models.sentence_transformers_encoder import SentenceTransformerEncoder

SHIPPED = Path(__file__).parents[1] / "weights" / "encoder"
"""The folder of an export that comes with the package, where one does."""

_log = logging.getLogger(__name__)


def load_encoder(settings: EncoderSettings | None = None) -> Encoder:
    """Return the encoder for `settings`, exporting it to ONNX first where there is no export yet.

    An export is found by the weights' sha256, so a question needs neither the original weights nor torch.
    Where an export cannot be made, sentence-transformers itself encodes, and a warning says so.

    Raises:
        EncoderError: the weights are missing, or their sha256 is not the expected one; the folder of another encoder
            than the packaged one was not named, or is not one that is safe to load.

    """
    settings = settings or EncoderSettings()
    expected = settings.sha256 or ("" if settings.model else DEFAULT_SHA256)
    if not settings.model and expected != DEFAULT_SHA256:
        raise EncoderError(
            f"The encoder {settings.name or 'asked for'} (sha256 {expected}) is not the packaged one; name the folder "
            "that holds it with CALCQA_ENCODER or calcqa.open(encoder=…), or build the index again (calcqa build)."
        )
    if expected and (encoder := _exported(expected)):
        return encoder
    folder = weights_folder(settings)
    digest = weights_sha256(folder)
    if expected and digest != expected:
        raise EncoderError(
            f"The encoder's weights in {folder.name} have sha256 {digest[:12]}…, expected {expected[:12]}…; "
            "install the expected model, or rebuild the index with this one (calcqa build)."
        )
    name = settings.model and folder.name or DEFAULT_NAME
    if encoder := _exported(digest):
        return encoder
    _log.warning("Preparing the encoder for quick starts, once (about half a minute)…")
    reason = "the export was not usable"
    try:
        export_onnx(folder, name, digest)
    except EncoderError:
        raise
    except Exception as error:  # noqa: BLE001 - any failure of the exporter has the same remedy
        reason = f"{type(error).__name__}: {error}"
    if encoder := _exported(digest):  # ours, or one that another process has made meanwhile
        return encoder
    _log.warning("Could not prepare the quick encoder (%s); using sentence-transformers, which starts slowly.", reason)
    return SentenceTransformerEncoder(folder, name, digest)


def _exported(sha256: str) -> OnnxEncoder | None:
    """Return the encoder of an export of these weights; None where there is none that is whole."""
    for folder in (SHIPPED, cache_dir() / f"onnx-{sha256[:16]}"):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            return OnnxEncoder(folder, sha256)
    return None
