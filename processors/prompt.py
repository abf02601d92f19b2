"""How a picture should be described, as the table `prompts` has it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Prompt:
    """House style, preferred tags, and the codes of the languages of the answer, the first of which is the main one
    (none: the deployment's). Whether the model may know the file's name, and when the picture was taken."""

    id: int | None = None
    style: str = ""
    vocabulary: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    tell_name: bool = False
    tell_date: bool = False

    def languages_or(self, deployments: str) -> tuple[str, ...]:
        """Of the answer, the main one first; where it names none, the deployment's."""
        return self.languages or (deployments,)


def listed(words: str) -> tuple[str, ...]:
    """The words between commas."""
    return tuple(word.strip() for word in words.split(",") if word.strip())
