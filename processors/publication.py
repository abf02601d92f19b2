"""When everybody sees a new picture: as soon as it is there, or after a moderator has looked at it."""

VISIBLE, WAITING = "visible", "waiting"
_CHOICES = {"": VISIBLE, "at once": VISIBLE, "after review": WAITING}


def first_visibility(publish: str) -> str:
    """What `images.visibility` is for a picture that has just come in. `publish`: the variable PUBLISH, "at once" (as
    without it) or "after review". Raises ValueError, in words."""
    if publish not in _CHOICES:
        raise ValueError(f"PUBLISH must be “at once” or “after review”, not {publish!r}.")
    return _CHOICES[publish]
