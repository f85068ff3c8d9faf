"""What was said on standard error in this run, so that nothing is said twice."""

already_said: set[str] = set()
