"""In which language somebody writes, so that they are answered in it."""

from importlib import import_module


def spoken(text: str) -> str:
    """ISO 639-1 code, "" where nothing is sure enough. Raises heads.ArtefactRefused."""
    language = import_module("trustdesk.signals.text.language")  # its libraries are loaded when first asked
    told = language.detect([text])[0]
    return "" if told.code == language.UNSURE else str(told.code)
