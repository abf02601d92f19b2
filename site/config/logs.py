"""What is in the log of what senders do wrong."""

import logging


class Senders(logging.Filter):
    """A request that is refused is no error of ours: a line, and no traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always True: the record is made smaller."""
        refused = record.name.startswith("django.security") or 400 <= getattr(record, "status_code", 0) < 500
        if refused:
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.exc_info = record.exc_text = None
        return True
