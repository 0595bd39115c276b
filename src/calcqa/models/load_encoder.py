"""Opens the encoder that is asked for, by whichever library starts faster.

ONNX Runtime runs it, whose import takes a fraction of a second where sentence-transformers' takes many. The default
comes with the package as an export; of any other an export is made once and cached. Nothing is ever fetched: a model
that is not on this machine is an EncoderError. `models/encoder_files.py` says what its folder may hold.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
from dataclasses import replace
from pathlib import Path

from calcqa.config import EncoderSettings, cache_dir
from calcqa.errors import EncoderError
from calcqa.models.encoder import DEFAULT_NAME, DEFAULT_SHA256, PLAIN_NAME, PLAIN_SHA256, Encoder
from calcqa.models.encoder_files import weights_folder, weights_sha256
from calcqa.models.onnx_encoder import OnnxEncoder, export_onnx
from calcqa.models.sentence_transformers_encoder import SentenceTransformerEncoder

SHIPPED = Path(__file__).parents[1] / "weights" / "encoder"
"""The folder of the encoder that comes with the package."""

_log = logging.getLogger(__name__)


def load_encoder(settings: EncoderSettings | None = None) -> Encoder:
    """Return the encoder for `settings`: by default the one that comes with the package.

    Of another, an export to ONNX is made first where there is none yet; it is found by the weights' sha256, so a
    question needs neither the original weights nor torch. Where an export cannot be made, sentence-transformers itself
    encodes, and a warning says so.

    Raises:
        EncoderError: the weights are missing or damaged, or their sha256 is not the expected one; the folder of another
            encoder than the packaged ones was not named, or is not one that is safe to load.

    """
    settings = settings or EncoderSettings()
    if settings.model == DEFAULT_NAME:
        settings = replace(settings, model="")
    if not settings.model and settings.sha256 in ("", DEFAULT_SHA256):
        return _shipped()
    is_plain = settings.model == PLAIN_NAME or not settings.model and settings.sha256 == PLAIN_SHA256
    if not settings.model and not is_plain:
        raise EncoderError(
            f"The encoder {settings.name or 'asked for'} (sha256 {settings.sha256}) is not a packaged one; name the "
            "folder that holds it with CALCQA_ENCODER or calcqa.open(encoder=…), or build the index again (calcqa "
            "build)."
        )
    expected = settings.sha256 or (PLAIN_SHA256 if is_plain else "")
    if expected and (encoder := _exported(expected)):
        return encoder
    folder = weights_folder(settings)
    digest = weights_sha256(folder)
    if expected and digest != expected:
        raise EncoderError(
            f"The encoder's weights in {folder.name} have sha256 {digest[:12]}…, expected {expected[:12]}…; "
            "install the expected model, or rebuild the index with this one (calcqa build)."
        )
    name = PLAIN_NAME if is_plain else folder.name
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


def _shipped() -> OnnxEncoder:
    """Return the encoder that comes with the package; EncoderError where a file of it is missing or changed."""
    try:
        with (SHIPPED / "model.onnx").open("rb") as handle:
            digest = hashlib.file_digest(handle, "sha256").hexdigest()
        return OnnxEncoder(SHIPPED, digest if digest == DEFAULT_SHA256 else "")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EncoderError(
            "The encoder that comes with calcqa is missing or damaged; install calcqa again, or use another "
            f"(CALCQA_ENCODER={PLAIN_NAME})."
        ) from error


def _exported(sha256: str) -> OnnxEncoder | None:
    """Return the encoder of the cached export of these weights; None where there is none that is whole."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        return OnnxEncoder(cache_dir() / f"onnx-{sha256[:16]}", sha256)
    return None
