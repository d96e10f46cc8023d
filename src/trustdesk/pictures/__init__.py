"""Pictures: opening bytes that strangers sent, as far as they are pictures.

Owns what bytes are (`kinds`), the checks before and while decoding (`opening`), and processes that decode with limits on
memory, time and output (`child`, `decoder`). Promises a clean picture or a typed refusal, never a crash or a hang.
Never stores, shows or judges what is in a picture. Ground for everyone: pure Python, no Django.
"""
