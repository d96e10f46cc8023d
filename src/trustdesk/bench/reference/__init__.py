"""The rule language read the slow, obvious way: Python's syntax tree walked for one event, rule by rule, each time anew.

The engine's tests hold every plan against it, and `bench engine` shows what planning gains. It shares with the engine
the folding of one mark, the spelling of one word and the finding of addresses and numbers (each tested on its own), and
nothing of the checker, the matcher, the gates or the compiled conditions. It trusts its policies: check them first.

    verdict = Reference(policies, schema, lists, constants=None, signals=()).judge(event, answers)
"""

from .judging import Reference

__all__ = ["Reference"]
