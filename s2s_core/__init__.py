"""Sequence-to-sequence models: data, training, search and runs. Knows no window."""
