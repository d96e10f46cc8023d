"""Review: where people judge content.

Owns reviews: one open review per item, its work, what a person decided about it.
Promises that two people never decide one item, that what was typed survives a lost claim, that undo wins or is refused.
Never decides by itself.
"""
