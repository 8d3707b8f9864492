"""`python -m tests.core.regenerate_goldens` writes tests/golden anew; say why in the commit."""

from __future__ import annotations

import torch

from tests.core.goldens import write_golden
from tests.helpers import ARCHITECTURES

if __name__ == "__main__":
    torch.set_num_threads(1)
    for name in ARCHITECTURES:
        write_golden(name)
