"""Who hears whom: reactors, guards, navigation, palette actions and page panels are registered here and nowhere else."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

# Slices whose `reactors` module listens to facts.
REACTORS: tuple[str, ...] = ()

# Periodic work of the worker: name, seconds between two rounds, function under `trustdesk.` called with `now=`. One that
# returns a truthy value (there was much to do) is called again at once.
LOOPS: tuple[tuple[str, float, str], ...] = ()


def called(path: str) -> Callable[..., Any]:
    """The function a dotted path below `trustdesk.` names."""
    module, _, name = path.rpartition(".")
    found: Callable[..., Any] = getattr(import_module(f"trustdesk.{module}"), name)
    return found


def connect() -> None:
    """Import every reactor, once, when Django is ready."""
    for name in REACTORS:
        import_module(f"trustdesk.{name}.reactors")
