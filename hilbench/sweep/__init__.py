"""The run itself: schedule, retry, resume, progress."""
