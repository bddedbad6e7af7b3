"""Whether an answer is still the placeholder of the notebook."""

from __future__ import annotations

import dis

from course_lib.exercises.outcomes import code_of

DOES_NOTHING = {
    "RESUME",
    "NOP",
    "COPY_FREE_VARS",
    "LOAD_CONST",
    "RETURN_CONST",
    "RETURN_VALUE",
}


def is_untouched(answer: object) -> bool:
    """Tells a placeholder: `...`, or a function whose body is `...`.

    Args:
        answer: What the learner passed. It is not called.

    Returns:
        Whether nothing was done yet. A function that only returns None counts too.

    Example:
        >>> def stub(x):
        ...     "Says what to write."
        ...     ...
        >>> is_untouched(stub), is_untouched(abs)
        (True, False)
    """
    if answer is ... or answer is None:
        return True
    code = code_of(answer)
    return code is not None and all(
        instruction.opname in DOES_NOTHING
        and (
            "CONST" not in instruction.opname
            or instruction.argval is None
            or instruction.argval is ...
        )
        for instruction in dis.get_instructions(code)
    )
