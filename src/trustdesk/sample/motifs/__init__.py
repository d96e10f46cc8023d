"""The things that can be drawn, one module a shelf. Importing a module makes its motifs known."""

from trustdesk.sample.motifs import paint as paint


def load() -> None:
    """Make all motifs known."""
    from trustdesk.sample.motifs import electrics, furniture, gadgets, kitchen, wear, wheels  # noqa: F401
