"""Settings for all tests."""

import hypothesis

# The same examples on every machine and in every run, however slow the machine.
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis.settings.load_profile("repeatable")
