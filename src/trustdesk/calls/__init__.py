"""Calls: somebody rings the desk, or is called back.

Owns telephone lines with their secrets and extensions, calls, and who wants to be called back. Promises that what the
telephone exchange tells counts once, in whatever order it comes, and that a call is in a case like anything else said.
Never believes what is not signed, never fetches a recording, and never takes the cursor from who is writing.
"""
