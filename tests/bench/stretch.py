"""Which steps are timed; apart, so that the window is not begun with torch loaded."""

from __future__ import annotations

FIRST_STEP, STEPS = 100, 300  # when it is warm, and how many are timed
NEVER = 1_000_000  # validated: it would be timed with the steps
