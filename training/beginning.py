"""What a run does before anything else."""

from __future__ import annotations

import argparse

import torch


def begin(given: argparse.Namespace) -> None:
    """Set the threads and the seed that a command line gives, and make the run's folder."""
    torch.set_num_threads(given.threads)
    torch.set_flush_denormal(True)  # numbers too small to matter slow a CPU down
    torch.manual_seed(given.seed)
    given.out.mkdir(parents=True, exist_ok=True)
