"""The things that can be drawn, one module a shelf. Importing a module makes its motifs known."""

from importlib import import_module

SHELVES = (
    "electrics",
    "furniture",
    "gadgets",
    "kitchen",
    "leisure",
    "living",
    "oddments",
    "papers",
    "places",
    "wear",
    "wheels",
)


def load() -> None:
    """Make all motifs known."""
    for shelf in SHELVES:
        import_module(f"{__name__}.{shelf}")
