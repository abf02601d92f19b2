"""The moderators' pages: Django finds them by this name."""

from gallery.admin import images, prompts, quality, recaption, reports, spending  # noqa: F401  (registers them)
