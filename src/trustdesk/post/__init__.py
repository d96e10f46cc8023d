"""Post: letters that leave the desk, mail that comes in.

Owns letter templates, letters with their way out, addresses that must not be written to, mail that came in with its raw bytes.
Promises that a letter is written with what caused it and sent later, in the reader's language, once or named dead; that a
mail is acknowledged only when it is kept, and becomes its matter once or is shown as stuck.
Never sends inside a transaction, never decides who deserves a letter or what a mail means: each box belongs to a slice.
"""
