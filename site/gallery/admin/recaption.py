"""Captions of many pictures that are written again, in the admin: chosen, with what it will cost, begun, looked at and
stopped."""

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import capfirst
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST, require_safe

from gallery import estimates, spending_words
from gallery.admin.own_page import OwnPage, need
from gallery.admin.recaption_form import RecaptionForm
from gallery.models import Recaption, State
from gallery.work import criteria as choosing
from gallery.work import recaption

FORMER = 20  # runs that the page lists


@admin.register(Recaption)
class RecaptionAdmin(OwnPage):
    """The page with the form, and one for each run."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(self.choose), name="recaption"),
            path("", wrap(self.choose), name="gallery_recaption_changelist"),
            path("<int:pk>/", wrap(require_safe(self.run)), name="recaption_run"),
            path("<int:pk>/stop/", wrap(require_POST(self.stop)), name="recaption_stop"),
        ]

    def choose(self, request: HttpRequest) -> HttpResponse:
        """With a choice in its address it says what that costs; a POST of the same begins it."""
        need(request, "view_recaption")
        if request.method == "POST":
            return self._begin(request)
        form = RecaptionForm(request.GET if "look" in request.GET else None)
        answer = recaption.preview(form.criteria()) if form.is_valid() else None
        runs = Recaption.objects.select_related("created_by")[:FORMER]
        context = self.context(
            request,
            "Write captions again",
            form=form,
            answer=answer,
            no_price=spending_words.NO_PRICE,
            lines=spending_words.lines(answer.estimate, answer.purse) if answer else [],
            chosen=choosing.words(form.criteria()) if answer else "",
            runs=[(run, choosing.words(run.criteria)) for run in runs],
        )
        return TemplateResponse(request, "admin/gallery/recaption.html", context)

    def _begin(self, request: HttpRequest) -> HttpResponse:
        need(request, "add_recaption")
        form = RecaptionForm(request.POST)
        preview = recaption.preview(form.criteria()) if form.is_valid() else None
        if preview is None or not preview.possible:
            why = "Look at what is chosen once more." if estimates.may_be_paid() else spending_words.NO_PRICE
            self.message_user(request, f"Nothing was begun. {why}", messages.WARNING)
            return redirect("admin:recaption")
        run = recaption.begin(form.criteria(), preview.estimate.pictures, request.user.pk)
        self.log_addition(request, run, f"Begun: {choosing.words(run.criteria)}")
        return redirect("admin:recaption_run", run.pk)

    def run(self, request: HttpRequest, pk: int) -> HttpResponse:
        """How it stands: the page asks for itself again until it is finished."""
        need(request, "view_recaption")
        run = get_object_or_404(Recaption.objects.select_related("created_by"), pk=pk)
        now, chosen = recaption.progress(run), choosing.words(run.criteria)
        states = [(words, now.counts[state]) for state, words in State.choices if now.counts.get(state)]
        title = "Write captions again"
        context = self.context(
            request, title, subtitle=capfirst(chosen), run=run, now=now, chosen=chosen, states=states
        )
        return TemplateResponse(request, "admin/gallery/recaption_run.html", context)

    def stop(self, request: HttpRequest, pk: int) -> HttpResponse:
        need(request, "add_recaption")
        run = get_object_or_404(Recaption, pk=pk)
        recaption.stop(run)
        self.log_change(request, run, "Stopped")
        self.message_user(request, "Stopped. Captions that are being written at this moment are finished.")
        return redirect("admin:recaption_run", pk)
