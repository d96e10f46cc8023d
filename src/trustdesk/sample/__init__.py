"""Sample: the desk a newcomer meets on first start, so that every page has something to read.

Owns invented accounts, items and the programs that draw their pictures; all of it written for this project.
Promises that no two items share a sentence, that phone numbers, addresses and links lead nowhere, and that the same
motif and seed always give the same picture.
Never carries a human's opinion (`expect`, `hard`) into what is posted, and never touches a desk that has items already.
"""
