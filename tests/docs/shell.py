"""Commands in a text: enough of the shell's grammar to find every simple command of a guide or a script."""

import re
from collections.abc import Iterator

INLINE = re.compile(r"`([^`]+)`")
ENDS = ";|&()\n"
REDIRECTION = re.compile(r"\d?[<>]+")


def blocks(markdown: str) -> list[str]:
    """The indented code of a guide, block by block, and each piece of code within its sentences."""
    lines, found = markdown.splitlines(), [""]
    for line in lines:
        if line.startswith("    "):
            found[-1] += line[4:] + "\n"
        elif line.strip():
            found.append("")
    prose = "\n".join(line for line in lines if not line.startswith("    "))
    return [block for block in found if block] + [" ".join(code.split()) for code in INLINE.findall(prose)]


def commands(text: str) -> list[list[str]]:
    """Each simple command's words, in the order in which a shell would run them: what $( ) holds comes first. Its place
    in the outer word is taken by $(…)."""
    return [words for words in map(_without_redirection, Shell(text.replace("\\\n", " ")).read()) if words]


def _without_redirection(words: list[str]) -> list[str]:
    """Without > FILE, and what else begins with a > or <."""
    pairs = zip(["", *words], words, strict=False)
    return [word for before, word in pairs if not REDIRECTION.match(word) and not REDIRECTION.fullmatch(before)]


class Shell:
    """A position in a text, and what was found up to there."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def read(self, nested: bool = False) -> Iterator[list[str]]:
        """Simple commands, up to the bracket that closes a $( when `nested`."""
        words: list[str] = []
        while self.at < len(self.text):
            sign = self.text[self.at]
            if nested and sign == ")":
                break
            if sign in ENDS:
                yield words
                words = []
                self.at += 1
            elif sign == "#" or sign.isspace():
                self._skip()
            else:
                found, word = self._word()
                yield from found
                words.append(word)
        yield words
        self.at += 1

    def _skip(self) -> None:
        """Blanks, or a comment up to the end of its line."""
        pattern = r"#[^\n]*" if self.text[self.at] == "#" else r"[^\S\n]+"
        self.at += len(re.match(pattern, self.text[self.at :])[0])  # type: ignore[index]

    def _word(self) -> tuple[list[list[str]], str]:
        found: list[list[str]] = []
        word, quote = "", ""
        while self.at < len(self.text):
            sign = self.text[self.at]
            if not quote and (sign.isspace() or sign in ENDS):
                break
            if quote != "'" and self.text.startswith("$(", self.at):
                self.at += 2
                found += self.read(nested=True)
                word += "$(…)"
                continue
            if sign in "'\"" and quote in ("", sign):
                quote = "" if quote else sign
            elif sign == "\\" and quote != "'":
                self.at += 1
                word += self.text[self.at : self.at + 1]
            else:
                word += sign
            self.at += 1
        return found, word
