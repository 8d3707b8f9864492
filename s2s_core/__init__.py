"""Sequence-to-sequence models: data, training, search and runs. Knows no window."""

import os

# Has to be said before torch is loaded. OpenMP's threads otherwise spin while they wait for each
# other, and where a window or another program wants the same cores, that costs nine tenths of the
# speed (measured: 440 tokens a second instead of 4,800 on two cores with one other busy process).
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
