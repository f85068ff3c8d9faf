"""Long trials by faults: `make torture`. Plain pytest does not collect them; each part is a module with `run`."""
