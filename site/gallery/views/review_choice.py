"""The form of the review that says which pictures."""

from dataclasses import asdict
from typing import Any

from django import forms

from gallery.models import OFFLINE, PERSON, Prompt
from gallery.names import names_in
from gallery.review.choice import STATES, Choice

_STATES = {
    "": "Nobody has checked the caption",
    "failed": "The caption failed",
    "declined": "The model declined it",
    "reported": "It was reported",
    "waiting": "It waits to be shown",
}


class ChoiceForm(forms.Form):
    """Sent by GET, so that the choice is in the address; what that means is `choice.of`."""

    state = forms.ChoiceField(label="Because", required=False, choices=[(state, _STATES[state]) for state in STATES])
    model = forms.ChoiceField(label="Written by", required=False)
    prompt = forms.ChoiceField(label="With the prompt", required=False)
    tag = forms.CharField(label="With the tag", required=False, max_length=50)
    since = forms.DateField(label="Uploaded from", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="Uploaded until", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    @classmethod
    def of(cls, chosen: Choice) -> "ChoiceForm":
        """With what is chosen now."""
        values = {name: value or "" for name, value in asdict(chosen).items()}
        return cls(initial=values, label_suffix="", auto_id="which-%s")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        models = [name for name in names_in("captioned_by") if name not in (OFFLINE, PERSON)]
        named = [("", "anybody"), *((name, name) for name in models), (OFFLINE, "nobody: without AI")]
        prompts = Prompt.objects.exclude(used_at=None).order_by("name").values_list("pk", "name")
        self.fields["model"] = forms.ChoiceField(label="Written by", required=False, choices=named)
        choices = [("", "any"), *prompts]
        self.fields["prompt"] = forms.ChoiceField(label="With the prompt", required=False, choices=choices)
