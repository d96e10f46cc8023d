"""Experts: an internal question about any work, answered once by somebody who knows, and found again.

Owns fields of knowledge and who answers them, questions with their promise, answers with their versions and until when they hold.
Promises that a question is answered once, whoever presses first; that an answer is written for all and the question itself is read
only by who asked and who answers. Never shows the work a question came from: its page does, to those who may see it.
"""
