"""The exercises, one module a chapter.

An `Exercise` at the top level of a module `chapter_N` is all that it takes. Learners
read the solutions here, so these functions have no annotations.
"""
