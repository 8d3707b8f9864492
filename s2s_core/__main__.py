"""`python -m s2s_core train …` is `s2s train …`, for launchers such as torchrun."""

import sys

from s2s_core.cli import run

sys.exit(run())
