"""What keeps the libraries to themselves: nothing is reported, nothing fetched, nothing written outside our own cache.

Importing calcqa imports this first, since each library reads its variables when it is imported. Does not: block
sockets. That nothing is left for them is held by tests/test_offline.py, which runs the whole program watched.
"""

from __future__ import annotations

import os

from calcqa.settings import cache_dir

SILENT = {
    # ONNX Runtime reports every session to its maker, and keeps an id of the machine in the home folder.
    "ORT_DISABLE_TELEMETRY": "1",
    # Gradio reports that a page is made and started, and asks for its newest version.
    "GRADIO_ANALYTICS_ENABLED": "False",
    # huggingface_hub, which transformers and Gradio use, reports what is loaded, and asks for its newest version.
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_UPDATE_CHECK": "1",
    # Whatever else honours it.
    "DO_NOT_TRACK": "1",
}
"""Set whatever they were: a report is nobody's choice here."""

os.environ.update(SILENT)


def stay_at_home() -> None:
    """Let the libraries of this process fetch nothing and write into our cache alone.

    For the program, not for who imports calcqa into one of their own, which may fetch models and has its own figures.
    """
    os.environ["HF_HUB_OFFLINE"] = "1"  # a model that is not there is an error, at once, not a download
    os.environ.setdefault("MPLCONFIGDIR", str(cache_dir() / "matplotlib"))  # else it lists the fonts in ~/.cache
