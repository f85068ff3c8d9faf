"""Another copy of the project brought into this one: looked at first (a Plan, nothing written), then carried out."""
