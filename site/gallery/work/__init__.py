"""The work on pictures: the queue, who does it, and what failed done again."""
