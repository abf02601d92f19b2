"""The form of a prompt."""

import unicodedata
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget

from gallery import prompts
from gallery.models import Prompt
from processors.prompt import listed
from processors.text import clean


class PromptForm(forms.ModelForm):
    """What people typed is tidied up: words without the space around them, each once."""

    class Meta:
        model = Prompt
        fields = ("name", "style", "vocabulary", "languages", "tell_name", "tell_date")
        widgets = {name: AdminTextareaWidget({"rows": rows}) for name, rows in (("style", 8), ("vocabulary", 3))}
        help_texts = {
            "name": "For people alone: the model is not told.",
            "style": "How captions should sound, in your own words: length, tone, what to mention and what not.",
            "vocabulary": "Tags that the model should take where they fit, with commas.",
            "languages": f"Up to {prompts.MAX_LANGUAGES} codes with commas, like en, de, pt-BR. Cards show the first."
            " Empty: as ANNOTATION_LANGUAGE says.",
            "tell_name": "It helps where names say something. The name is sent to the model's vendor.",
            "tell_date": "By the camera's clock. The date is sent to the model's vendor.",
        }

    def clean_name(self) -> str:
        name = clean(self.cleaned_data["name"], 60)
        if not name:
            raise forms.ValidationError("Nothing of this name can be seen. Write another.")
        return name

    def clean_style(self) -> str:
        lines = unicodedata.normalize("NFC", self.cleaned_data["style"]).strip().splitlines()
        return "\n".join(clean(line, 4000) for line in lines)

    def clean_vocabulary(self) -> str:
        words = (clean(word.lower(), 50) for word in listed(self.cleaned_data["vocabulary"].replace("\n", ",")))
        return ", ".join(dict.fromkeys(filter(None, words)))

    def clean_languages(self) -> str:
        try:
            return prompts.codes(self.cleaned_data["languages"])
        except prompts.Wrong as problem:
            raise forms.ValidationError(str(problem)) from None

    @staticmethod
    def copy_of(prompt: Prompt) -> dict[str, Any]:
        """What the form of a new prompt begins with."""
        same = {name: getattr(prompt, name) for name in PromptForm.Meta.fields}
        return {**same, "name": f"Copy of {prompt.name}"[:60]}
