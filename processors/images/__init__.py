"""Pictures from strangers: what they are, and small copies of them, made in a process with hard limits."""
