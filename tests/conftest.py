"""Settings that hold for every test."""

from hypothesis import settings

# A shared machine is slow at times: a test says what is right, never how long it may take.
settings.register_profile("hilbench", deadline=None)
settings.load_profile("hilbench")
