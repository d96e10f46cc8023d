"""Models somewhere else, asked over HTTP: off until an operator names one, never needed (docs/remote-models.md).

Owns how an OpenAI-compatible endpoint is asked and paid for, and who said what. Promises that personal data the desk can
find is taken out before anything leaves, that no day costs more than allowed, and that an answer of the wrong shape is
no answer. Never sends an item's account, pictures or ids, and never writes a key anywhere.
"""
