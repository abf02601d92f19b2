"""Why a picture gets no caption, for now or for good. Apart from what raises them, so that the thumbnail's function
loads nothing of models and money."""


class NoCaption(Exception):
    """The text says why, to moderators."""


class Declined(NoCaption):
    """The model refused the picture. Moderators see it; nobody tries again by itself."""


class Retryable(NoCaption):
    """It did not work now; a later try may. `after`: the seconds that the server asked to wait, if it did."""

    def __init__(self, words: str, after: float | None = None) -> None:
        super().__init__(words)
        self.after = after


class Permanent(NoCaption):
    """It will not work until somebody changes something; the text says what."""


class UsedUp(Exception):
    """The month's budget has no room for another request; the words are for moderators."""


class TakenOver(Exception):
    """The lease was over, and somebody else has the job now."""
