"""How captions should be written: prompts, of which one is active, and none is changed once it was used."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from gallery import prompts, quality
from gallery.admin.prompt_form import PromptForm
from gallery.admin.prompt_trials import Trials
from gallery.models import Prompt
from gallery.quality import Reviewed


@admin.register(Prompt)
class PromptAdmin(Trials):
    class Media:
        css = {"all": ["moderation.css"]}

    form = PromptForm
    list_display = ("name", "stands", "reviewed", "shown_languages", "created_by", "created_at")
    list_select_related = ("created_by",)
    ordering = ("-active", "-id")  # NULL is the least on both engines
    sortable_by = ()
    actions = None
    fieldsets = ((None, {"fields": PromptForm.Meta.fields}), ("Who and when", {"fields": ("created_by", "created_at")}))
    readonly_fields = ("created_by", "created_at")

    @admin.display(description="use")
    def stands(self, prompt: Prompt) -> str:
        return "Active" if prompt.active else "Used before" if prompt.used_at else "Not used yet"

    @admin.display(description="reviews")
    def reviewed(self, prompt: Prompt) -> str:
        return prompt.reviewed.words  # type: ignore[attr-defined]

    @admin.display(description="languages")
    def shown_languages(self, prompt: Prompt) -> str:
        return prompt.languages or settings.ANNOTATION_LANGUAGE

    def has_change_permission(self, request: HttpRequest, obj: Prompt | None = None) -> bool:
        """A used one is there to be read."""
        return super().has_change_permission(request, obj) and not (obj and obj.used_at)

    def has_delete_permission(self, request: HttpRequest, obj: Prompt | None = None) -> bool:
        """Whoever may change one may delete it."""
        return bool(obj) and self.has_change_permission(request, obj)

    def get_fieldsets(self, request: HttpRequest, obj: Prompt | None = None) -> Any:
        return super().get_fieldsets(request, obj) if obj else self.fieldsets[:1]

    def get_changeform_initial_data(self, request: HttpRequest) -> Any:
        """?copy=ID begins with what that prompt says."""
        source = request.GET.get("copy", "")
        found = Prompt.objects.filter(pk=source).first() if source.isdecimal() else None
        return PromptForm.copy_of(found) if found else super().get_changeform_initial_data(request)

    def save_model(self, request: HttpRequest, prompt: Prompt, form: Any, change: bool) -> None:
        if change:
            prompts.change(prompt, form.cleaned_data)
            return
        prompt.created_by_id = request.user.pk
        prompt.save()

    def delete_model(self, request: HttpRequest, prompt: Prompt) -> None:
        prompts.delete(prompt)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Of one that was used since the page was opened, what was typed becomes a new prompt: nothing is lost."""
        prompt = self.get_object(request, object_id)
        extra = {**(extra_context or {}), **self.about(prompt)} if prompt else extra_context
        try:
            if request.method == "POST" and prompt and prompt.used_at:
                raise prompts.Used
            return super().change_view(request, object_id, form_url, extra)
        except prompts.Used:
            words = (
                "It was used meanwhile, and is not changed any more. This is a new prompt: give it a name of its own."
            )
            self.message_user(request, words, messages.WARNING)
            return self.add_view(request)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except prompts.Used:
            self.message_user(request, "It was used meanwhile, and was not deleted.", messages.ERROR)
            return redirect("admin:gallery_prompt_change", object_id)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """What reviewers thought of each, with one question for all of them."""
        changes, found = super().get_changelist_instance(request), quality.by_prompt()
        for prompt in changes.result_list:
            prompt.reviewed = found.get(prompt.pk, Reviewed())
        return changes

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {**(extra_context or {}), "without_model": prompts.without_model()}
        return super().changelist_view(request, context)
