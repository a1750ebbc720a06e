"""One module a step of a fax's life: each does its stage's work, saves the result and says what comes next.

A step is called with a living claim. It computes outside any transaction, saves all of its result in one, and returns
the work to ring for after the commit. Done twice, it saves once: the second claim is refused by its token.
"""
