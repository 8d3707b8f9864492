"""What the commands of s2s do."""

from s2s_core.commands.demonstrating import demo
from s2s_core.commands.inspecting import inspect
from s2s_core.commands.shrinking import shrink
from s2s_core.commands.training import train
from s2s_core.commands.translating import evaluate, translate

__all__ = ["demo", "evaluate", "inspect", "shrink", "train", "translate"]
