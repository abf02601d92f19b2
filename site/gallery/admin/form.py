"""The form of a picture, for moderators."""

from typing import Any, cast

from django import forms

from gallery import languages
from gallery.models import Image, Translation, Visibility

WORDS = {"caption", "alt_text", "text", "tags"}  # what makes a caption a person's when it is changed

_ROWS = {"caption": 5, "alt_text": 2, "text": 2}


class ImageForm(forms.ModelForm):
    """Each field remembers what the page showed: a caption that a model wrote meanwhile is not taken for the
    moderator's own change, and not undone."""

    tags = forms.CharField(required=False, max_length=600, help_text="Up to ten, separated by commas.")

    class Meta:
        model = Image
        fields = ("original_name", "visibility", "hidden_reason", "caption", "alt_text", "text")
        widgets = {name: forms.Textarea(attrs={"rows": rows}) for name, rows in _ROWS.items()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields:
            self.fields[name].show_hidden_initial = True
        if self.instance.pk:
            now = self.instance.visibility
            offered = {now, Visibility.HIDDEN} | ({Visibility.VISIBLE} if now != Visibility.ARRIVING else set())
            field = cast(forms.ChoiceField, self.fields["visibility"])
            field.choices = [(name, label) for name, label in Visibility.choices if name in offered]
            self.initial["tags"] = ", ".join(tag.name for tag in self.instance.tags.all())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        hides = data.get("visibility") == Visibility.HIDDEN and {"visibility", "hidden_reason"} & set(self.changed_data)
        if hides and not data.get("hidden_reason", "").strip():
            self.add_error("hidden_reason", "Say why it is hidden: other moderators read it.")
        if WORDS & set(self.changed_data) and not data.get("caption", "").strip():
            self.add_error(
                "caption",
                "A caption can't be empty. Write one; or leave it, and have a model write it again:"
                " “Write the caption again” in the list.",
            )
        return data


class TranslationForm(forms.ModelForm):
    """The caption in a further language; of one that is there the language stays."""

    class Meta:
        model = Translation
        fields = ("language", "caption", "alt_text")
        widgets = {name: forms.Textarea(attrs={"rows": 2}) for name in ("caption", "alt_text")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].disabled = bool(self.instance.pk)
        for name in self.fields:
            self.fields[name].show_hidden_initial = True  # as `ImageForm` has it

    def clean_language(self) -> str:
        code = self.cleaned_data["language"]
        if self.instance.pk:
            return str(code)
        if not languages.is_code(code):
            raise forms.ValidationError("This is not the code of a language. Write one like de or pt-BR.")
        if languages.normal(code) == languages.normal(self.instance.image.caption_language):
            raise forms.ValidationError("This is the language of the caption above: change that one.")
        return languages.normal(code)


class Translations(forms.BaseInlineFormSet):
    """Of one picture. A model may have written them again while the form was open: a row that was not changed here
    stays as the model wrote it, or gone."""

    def clean(self) -> None:
        super().clean()
        gone = [form for form in self.forms if "id" in form.errors and not self._should_delete_form(form)]
        if gone:  # the page has no place for them any more, so the words stand in the message
            words = " ".join(f"“{form['caption'].value()}”" for form in gone)
            raise forms.ValidationError(
                "A model has removed a caption in a further language that you changed, so nothing was saved. Copy your"
                f" words, open the page again, and add the language: {words}"
            )

    def _should_delete_form(self, form: Any) -> bool:
        """Also one that is gone, and that nobody changed here: Django would refuse the whole page for it."""
        gone = "id" in form.errors and not {"caption", "alt_text"} & set(form.changed_data)
        return gone or bool(super()._should_delete_form(form))  # type: ignore[misc]
