"""The review: which captions a person should look at, who looks at which, and what they thought of it."""
