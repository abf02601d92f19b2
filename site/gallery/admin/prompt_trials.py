"""What is done with a prompt beside writing it: it is tried on five pictures, compared with the active one, and made
active."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import pluralize
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html

from gallery import comparison, estimates, prompts, spending, spending_words, storage
from gallery.models import Prompt
from gallery.work import trials


class Trials(admin.ModelAdmin):
    """Part of `PromptAdmin`; the buttons are in templates/admin/gallery/prompt/."""

    def get_urls(self) -> list[Any]:
        views = {"activate": self.activate, "try": self.try_out, "compare": self.compare, "compared": self.compared}
        own = [
            path(f"<int:prompt_id>/{name}/", self.admin_site.admin_view(view), name=f"prompt_{name}")
            for name, view in views.items()
        ]
        return [*own, *super().get_urls()]

    def may_use(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("gallery.change_prompt"))

    def about(self, prompt: Prompt) -> dict[str, Any]:
        """What the buttons depend on."""
        return {"prompt": prompt, "without_model": prompts.without_model(), "may_be_asked": prompts.may_be_asked()}

    def activate(self, request: HttpRequest, prompt_id: int) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        prompt = self._usable(request, prompt_id)
        if prompts.activate(prompt):
            self._log(request, prompt, "Made active")
            self.message_user(request, _activated(prompt), messages.SUCCESS)
        else:
            self.message_user(request, f"“{prompt}” is active already.")
        return redirect("admin:gallery_prompt_change", prompt_id)

    def try_out(self, request: HttpRequest, prompt_id: int) -> HttpResponse:
        """The price first; the button starts it."""
        prompt = self._usable(request, prompt_id)
        if request.method == "POST" and prompts.may_be_asked():
            if count := trials.start(prompt):
                self._log(request, prompt, f"Tried on {count} picture{pluralize(count)}")
            elif trials.in_progress(prompt):
                self.message_user(request, "It is being tried already.")
            return redirect("admin:prompt_compare", prompt_id)
        pictures = [(image, storage.url(image.thumbnail_key)) for image in trials.pictures()]
        price = spending_words.lines(estimates.estimate(len(pictures), prompt), spending.purse())
        return self._page(
            request,
            prompt,
            "try",
            "Try on five pictures",
            pictures=pictures,
            price=price,
            no_price=spending_words.NO_PRICE,
        )

    def compare(self, request: HttpRequest, prompt_id: int) -> HttpResponse:
        return self._comparison(request, prompt_id, "compare")

    def compared(self, request: HttpRequest, prompt_id: int) -> HttpResponse:
        """What that page asks for again while something is in progress."""
        return self._comparison(request, prompt_id, "_compared")

    def _comparison(self, request: HttpRequest, prompt_id: int, template: str) -> HttpResponse:
        prompt = get_object_or_404(Prompt, pk=prompt_id)
        if not self.has_view_permission(request, prompt):
            raise PermissionDenied
        pairs = comparison.pairs(prompt)
        context = {"pairs": pairs, "in_progress": any(pair.in_progress for pair in pairs)}
        return self._page(request, prompt, template, f"“{prompt}” on five pictures", **context)

    def _page(self, request: HttpRequest, prompt: Prompt, template: str, title: str, **more: Any) -> HttpResponse:
        names: dict[str, Any] = {"title": title, "opts": self.opts}
        names |= {"active": comparison.active(), "may_use": self.may_use(request)}
        names["reviews"] = lambda: comparison.reviews(prompt)  # what is asked for every two seconds does without it
        context = {**self.admin_site.each_context(request), **names, **self.about(prompt), **more}
        return TemplateResponse(request, f"admin/gallery/prompt/{template}.html", context)

    def _usable(self, request: HttpRequest, prompt_id: int) -> Prompt:
        """For who may make it active or try it: that changes nothing in it."""
        if not self.may_use(request):
            raise PermissionDenied
        return get_object_or_404(Prompt, pk=prompt_id)

    def _log(self, request: HttpRequest, prompt: Prompt, words: str) -> None:
        LogEntry.objects.log_actions(cast(int, request.user.pk), [prompt], CHANGE, change_message=words)


def _activated(prompt: Prompt) -> str:
    """With the way to the captions that are there, which nobody writes again unasked."""
    words = "“{}” is active now: new captions follow it. Those that are there stay as they are."
    link = ' <a href="{}">Have captions written again</a>'
    return format_html(words + link, prompt, reverse("admin:recaption"))
