"""The form of a picture, for moderators."""

from typing import Any, cast

from django import forms

from gallery.models import Image, Visibility

WORDS = {"caption", "alt_text", "tags"}  # what makes a caption a person's when it is changed


class ImageForm(forms.ModelForm):
    """Each field remembers what the page showed: a caption that a model wrote meanwhile is not taken for the
    moderator's own change, and not undone."""

    tags = forms.CharField(required=False, max_length=600, help_text="Up to ten, separated by commas.")

    class Meta:
        model = Image
        fields = ("original_name", "visibility", "hidden_reason", "caption", "alt_text")
        widgets = {"caption": forms.Textarea(attrs={"rows": 3}), "alt_text": forms.Textarea(attrs={"rows": 2})}

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
