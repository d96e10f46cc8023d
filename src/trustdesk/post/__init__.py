"""Post: letters that leave the desk.

Owns letter templates, letters with their way out, addresses that must not be written to.
Promises that a letter is written with what caused it and sent later, in the reader's language, once or named dead.
Never sends inside a transaction, never decides who deserves a letter.
"""
