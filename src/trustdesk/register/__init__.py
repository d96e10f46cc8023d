"""Register: the statements of reasons that the EU's Transparency Database is given (DSA, Article 24(5)).

Owns what the register takes (restated as data), the payload of each decision as it was made, and the batches in which
they left.
Promises that an identifier is given away once, that nothing leaves which our own checks refuse, and that a run which
was cut off goes on where it stopped.
Never types anything by hand: payloads follow from decisions. Orders of authorities make none.
"""
