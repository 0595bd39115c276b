"""The mean of several runs' weights."""

import pytest

torch = pytest.importorskip("torch")

from training.export import averaged  # noqa: E402 - training needs torch
from training.features import base_folder  # noqa: E402
from training.model import build  # noqa: E402


def test_a_run_that_is_named_twice_counts_twice(tmp_path):
    for name, value in (("one", 1.0), ("other", 4.0)):
        model = build(base_folder(), pretrained=False)
        state = {key: torch.full_like(weight, value) for key, weight in model.state_dict().items()}
        (tmp_path / name).mkdir()
        saved = {"model": state, "average": {}, "settings": {"pieces": 256 if name == "one" else 64}}
        torch.save(saved, tmp_path / name / "checkpoint.pt")
    model, settings = averaged([tmp_path / "one", tmp_path / "one", tmp_path / "other"])
    assert settings == {"pieces": 256}
    assert all(bool((w.float() - 2.0).abs().max() < 1e-4) for w in model.state_dict().values() if w.is_floating_point())
