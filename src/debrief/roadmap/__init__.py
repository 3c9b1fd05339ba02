"""What is promised and not done yet, in the order in which a planner looks at it."""
