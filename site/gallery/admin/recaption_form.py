"""Which captions are written again."""

from typing import Any

from django import forms

from gallery.models import OFFLINE, PERSON
from gallery.names import names_in
from gallery.work import criteria as choosing


class RecaptionForm(forms.Form):
    """Several criteria go together. `everything` is said and not what comes of choosing nothing."""

    stale_prompt = forms.BooleanField(label="By a prompt that is not active any more", required=False)
    without_ai = forms.BooleanField(label="Written without AI", required=False)
    failed = forms.BooleanField(label="That failed", required=False)
    model = forms.ChoiceField(label="By this model", required=False)
    language = forms.ChoiceField(label="In this language", required=False)
    tag = forms.CharField(label="Of pictures with this tag", required=False, max_length=50)
    since = forms.DateField(label="Of pictures uploaded on this day (UTC) or later", required=False)
    until = forms.DateField(label="Of pictures uploaded on this day (UTC) or before", required=False)
    everything = forms.BooleanField(label="All captions that no person wrote", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        models = [name for name in names_in("captioned_by") if name not in (OFFLINE, PERSON)]
        for field, names in (("model", models), ("language", names_in("caption_language"))):
            self.fields[field] = forms.ChoiceField(
                label=self.fields[field].label,
                required=False,
                choices=[("", "any"), *((name, name) for name in names)],
            )
        for name in ("since", "until"):
            self.fields[name].widget = forms.DateInput(attrs={"type": "date"})

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        chosen = any(value for name, value in data.items() if name != "everything")
        if not self.errors and bool(chosen) == bool(data.get("everything")):
            words = "Choose at least one, or all captions." if not chosen else "Choose some captions, or all of them."
            raise forms.ValidationError(words)
        return data

    def criteria(self) -> choosing.Criteria:
        """Of a form that is valid."""
        names = ("stale_prompt", "without_ai", "failed", "model", "language", "tag", "since", "until")
        return choosing.resolve(**{name: self.cleaned_data[name] for name in names})
