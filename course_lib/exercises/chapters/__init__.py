"""The exercises, one module a chapter: an `Exercise` at its top level is all it takes.

Learners read the solutions here, so these functions have no annotations.
"""
