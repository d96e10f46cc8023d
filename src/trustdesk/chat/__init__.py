"""Chat: somebody talks with the desk now, on its own page or in a corner of another site.

Owns chats: who they are with, their case, when they were there last, how they ended. Promises that no message is lost or
told twice by a reload, a lost network, a hand-over or a restart, and that a chat is a case like any other.
Never shows a visitor more than was said in public since their chat began, and never a colleague's name, only a handle.
"""
