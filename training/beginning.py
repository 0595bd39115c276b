"""What a run does before anything else, and in which numbers it computes."""

from __future__ import annotations

import argparse
from contextlib import AbstractContextManager

import torch


def begin(given: argparse.Namespace) -> None:
    """Set the threads and the seed that a command line gives, and make the run's folder."""
    torch.set_num_threads(given.threads)
    torch.set_flush_denormal(True)  # numbers too small to matter slow a CPU down
    torch.manual_seed(given.seed)
    given.out.mkdir(parents=True, exist_ok=True)


def quick(wanted: bool = True) -> AbstractContextManager[object]:
    """Return a context in which a CPU that is quick in bfloat16 computes in it, where `wanted`."""
    return torch.autocast("cpu", torch.bfloat16, enabled=wanted and half_precision())


def half_precision(choice: str = "auto", device: str = "cpu") -> bool:
    """Say whether to compute in bfloat16. Emulated, as on CPUs without its instructions, it is three times slower."""
    if choice != "auto":
        return choice == "on"
    if device.startswith("cuda"):
        return bool(torch.cuda.is_bf16_supported())
    return any(getattr(torch.cpu, name, bool)() for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"))
