"""From the inputs that a verdict kept back to the event and the answers it was made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .values import MISSING, UNKNOWN


def event_of_inputs(inputs: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """(event, answers by key). Null stays away, `{"unknown": true}` is unknown; below an unknown group all is unknown."""
    event: dict[str, Any] = {}
    answers: dict[str, Any] = {}
    for name, value in inputs.items():
        value = UNKNOWN if value == {"unknown": True} else value
        if "(" in name:
            answers[name] = MISSING if value is None else value
        elif value is not None:
            *above, last = name.split(".")
            node: Any = event
            for step in above:
                node = node if node is UNKNOWN else node.setdefault(step, {})
            if node is not UNKNOWN and (last not in node or value != {}):
                node[last] = {} if value == {} else value  # ours to fill, not the caller's
    return event, answers
