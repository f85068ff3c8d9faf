"""Questions about a project, answered as tables."""
