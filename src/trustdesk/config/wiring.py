"""Who hears whom: reactors, guards, navigation, palette actions and page panels are registered here and nowhere else."""

from importlib import import_module

# Slices whose `reactors` module listens to facts.
REACTORS: tuple[str, ...] = ()


def connect() -> None:
    """Import every reactor, once, when Django is ready."""
    for name in REACTORS:
        import_module(f"trustdesk.{name}.reactors")
