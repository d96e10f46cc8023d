"""The variables of a reason: what they are called, which are wrong, their values filled in. Pure."""

import re
from collections.abc import Mapping

from trustdesk.policy.reading import Section

VARIABLES = ("kind", "matched", "title")  # what a reason may speak of; filled when a statement is written
_VARIABLE = re.compile(r"{([^{}\n]*)}|[{}]")


def check_variables(section: Section, language: str, words: str) -> None:
    """Say of each brace that names no variable what is wrong with it."""
    for found in _VARIABLE.finditer(words):
        name = found[1]
        if name is None:
            section.wrong("reason", f"{language}: a brace stands alone; variables are {_known_variables()}")
        elif name not in VARIABLES:
            section.wrong("reason", f"{language}: no variable {{{name}}}; there are {_known_variables()}")


def _known_variables() -> str:
    return ", ".join(f"{{{name}}}" for name in VARIABLES)


def fill(reason: str, values: Mapping[str, str]) -> str:
    """The reason with its variables; a sentence never starts with a small letter because of one."""
    told = re.sub(r"{(\w+)}", lambda found: values.get(found[1], ""), reason)
    told = re.sub(r"[ \t]+", " ", told).strip()
    return told[:1].upper() + told[1:]
