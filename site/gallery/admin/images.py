"""The moderators' pages."""

from collections.abc import Iterable
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.db import connection
from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpRequest
from django.template.defaultfilters import pluralize
from django.utils.html import format_html

from gallery import captions, moderation, removal, storage
from gallery.admin import job_words, ledger, price, review_words
from gallery.admin.filters import Review, UploadDate, Work, Written
from gallery.admin.form import WORDS, ImageForm
from gallery.admin.inlines import FurtherLanguages
from gallery.admin.questions import ask, is_sure
from gallery.admin.redrive_button import RedriveButton
from gallery.admin.search import IndexedSearch
from gallery.admin.take_over import TakeOver
from gallery.models import PERSON, Image, Job, Translation, Visibility
from gallery.work import again
from processors import search_index

admin.site.site_header = admin.site.site_title = "Image annotations"
admin.site.index_title = "Moderation"
admin.site.enable_nav_sidebar = False  # there are pictures only, and their list needs the room
FILE = ("uuid", "s3_key", "content_type", "byte_size", "width", "height", "uploaded_at")


class OnePage(ChangeList):
    """The list without COUNT(*), which on a million rows takes longer than everything else: whether there are older
    pictures is seen by asking for one more. Filtered by work it has the order of the index that finds the jobs."""

    def _get_deterministic_ordering(self, ordering: list[Any]) -> list[Any]:
        return ["-jobs__image_id"] if any(self.filter_params.get(Work.parameter_name, [])) else ["-uploaded_at", "-pk"]

    def get_results(self, request: HttpRequest) -> None:
        start = (self.page_num - 1) * self.list_per_page
        found = list(self.queryset[start : start + self.list_per_page + 1])
        prefetch_related_objects(found, "jobs")
        self.result_list = found[: self.list_per_page]
        self.result_count = self.full_result_count = len(self.result_list)
        self.newer = self.get_query_string({PAGE_VAR: self.page_num - 1}) if self.page_num > 1 else ""
        self.older = self.get_query_string({PAGE_VAR: self.page_num + 1}) if len(found) > self.list_per_page else ""
        self.show_full_result_count = self.can_show_all = self.multi_page = False
        self.show_admin_actions = True


@admin.register(Image)
class ImageAdmin(RedriveButton, TakeOver, IndexedSearch):
    class Media:
        css = {"all": ["moderation.css"]}

    form = ImageForm
    list_display = ("thumbnail", "original_name", "short_caption", "checked", "visibility", "work", "uploaded_at")
    list_display_links = ("thumbnail", "original_name")
    list_filter = (UploadDate, Review, "visibility", Work, Written)
    ordering = ("-uploaded_at", "-id")
    sortable_by = ()  # the order is an index's: a million rows would be sorted
    list_per_page = 25
    show_facets = admin.ShowFacets.NEVER  # counts of each filter read every row
    actions = ("hide", "show", "thumbnail_again", "annotation_again")
    inlines = (FurtherLanguages,)
    save_on_top = True  # the first button is what the Enter key presses: not one that takes a caption over
    fieldsets = (
        (None, {"fields": ("preview",), "classes": ["seen"]}),
        ("Caption", {"fields": ("caption", "alt_text", "tags", "text", "captioned_by", "reviewed")}),
        ("Who sees it", {"fields": ("visibility", "hidden_reason", "hidden_by", "hidden_at")}),
        ("File", {"fields": ("original_name", *FILE), "classes": ["collapse"]}),
    )
    readonly_fields = ("preview", "captioned_by", "reviewed", "hidden_by", "hidden_at", *FILE)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return OnePage

    @admin.display(description="picture")
    def thumbnail(self, image: Image) -> str:
        return _picture(image.thumbnail_key, image)

    @admin.display(description="picture")
    def preview(self, image: Image) -> str:
        return _picture(image.preview_key, image)

    @admin.display(description="caption")
    def short_caption(self, image: Image) -> str:
        words = image.caption if len(image.caption) <= 80 else image.caption[:79] + "…"
        return format_html('<span dir="auto">{}</span>', words)

    @admin.display(description="review")
    def checked(self, image: Image) -> str:
        return review_words.cell(image)

    @admin.display(description="review")
    def reviewed(self, image: Image) -> str:
        return review_words.sentence(image)

    @admin.display(description="work")
    def work(self, image: Image) -> str:
        return job_words.cell(image)

    def view_on_site(self, image: Image) -> str:
        return image.get_absolute_url()

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """With how its work stands, and with all that was ever written about it."""
        image = context["original"]
        more = {"jobs": job_words.all_of(image), "entries": ledger.entries(image)}
        return super().render_change_form(request, {**context, **more}, *args, **kwargs)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # pictures come in by the upload page, which looks at them

    def has_run_again_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("gallery.run_again")

    def save_model(self, request: HttpRequest, image: Image, form: Any, change: bool) -> None:
        data = form.cleaned_data
        Job.objects.hold_caption_of(image.pk)
        if "original_name" in form.changed_data:
            image.save(update_fields=["original_name"])  # nothing else: a function may be writing its columns right now
            search_index.refresh(connection, image.pk)
        if {"visibility", "hidden_reason"} & set(form.changed_data):
            this = Image.objects.filter(pk=image.pk)
            if image.visibility == Visibility.HIDDEN:
                moderation.hide(this, request.user, data["hidden_reason"])
            elif image.visibility == Visibility.VISIBLE:
                moderation.show(this)
        if WORDS & set(form.changed_data):
            words = {name: data[name] for name in WORDS - {"tags"}}
            captions.write(image, request.user, **words, tags=captions.tags_of(data["tags"]))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        changed = formset.save(commit=False)
        for row in changed if formset.model is Translation else ():
            words = {name: getattr(row, name) for name in ("language", "caption", "alt_text")}
            captions.translate(form.instance, request.user, **words)
        for row in formset.deleted_objects:
            row.delete()
        if formset.deleted_objects:
            search_index.refresh(connection, form.instance.pk)

    def delete_model(self, request: HttpRequest, image: Image) -> None:
        self._remove(request, [image])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Image]) -> None:
        self._remove(request, queryset)

    @admin.action(description="Hide from the gallery", permissions=["change"])
    def hide(self, request: HttpRequest, queryset: QuerySet[Image]) -> Any:
        """Asks why first."""
        images, reason = list(queryset), request.POST.get("reason", "").strip()
        if not reason:
            count = len(images)
            question = f"Hide {count} picture{pluralize(count)} from everybody but moderators?"
            return ask(request, "hide", images, [question], "Hide", reason_asked=True)
        moderation.hide(queryset, request.user, reason)
        self._report(request, images, "Made hidden")
        return None

    @admin.action(description="Show in the gallery", permissions=["change"])
    def show(self, request: HttpRequest, queryset: QuerySet[Image]) -> None:
        images = list(queryset.exclude(visibility=Visibility.ARRIVING))
        left = queryset.count() - len(images)
        moderation.show(queryset)
        self._report(request, images, "Made visible")
        if left:
            words = f"Left as they are: {left}. Their files have not arrived. Upload them again, or delete them."
            self.message_user(request, words, messages.WARNING)

    @admin.action(description="Make the thumbnail again", permissions=["run_again"])
    def thumbnail_again(self, request: HttpRequest, queryset: QuerySet[Image]) -> None:
        self._run_again(request, queryset, "thumbnail")

    @admin.action(description="Write the caption again", permissions=["run_again"])
    def annotation_again(self, request: HttpRequest, queryset: QuerySet[Image]) -> Any:
        """Says first what that costs."""
        if why_not := price.problem():
            self.message_user(request, f"Nothing was begun. {why_not}", messages.WARNING)
        elif is_sure(request):
            self._run_again(request, queryset, "annotation")
        else:
            images = list(queryset)
            question, costs = _question(images), price.lines(len(images))
            return ask(request, "annotation_again", images, question, "Ask the model", price=costs)
        return None

    def _remove(self, request: HttpRequest, images: Iterable[Image]) -> None:
        if left := removal.remove(images):
            names = ", ".join(map(str, left))
            words = f"The storage did not delete all of {names}. What is still in the list: try again in a moment."
            self.message_user(request, words, messages.ERROR)

    def _run_again(self, request: HttpRequest, queryset: QuerySet[Image], kind: str) -> None:
        chosen = list(queryset)
        images = [image for image in chosen if again.run_again(image, kind)]
        self._report(request, images, f"Put back to the queue: {kind}")
        if left := len(chosen) - len(images):
            words = f"Left as they are: {left}. They are in progress right now, or could not be sent to their queue."
            self.message_user(request, words, messages.WARNING)

    def _report(self, request: HttpRequest, images: list[Image], words: str) -> None:
        LogEntry.objects.log_actions(cast(int, request.user.pk), images, CHANGE, change_message=words)
        self.message_user(request, f"{words} ({len(images)}).", messages.SUCCESS)


def _question(images: list[Image]) -> list[str]:
    count, by_people = len(images), sum(image.captioned_by == PERSON for image in images)
    asked = f"Have the caption{pluralize(count)} of {count} picture{pluralize(count)} written again?"
    proposal = (
        f"A person captioned {by_people} of these. A model's text will come as a proposal, below the picture's form,"
        " and costs as much as any."
    )
    return [asked, proposal] if by_people else [asked]


def _picture(key: str, image: Image) -> str:
    if not key:
        return "not yet"
    return format_html('<img src="{}" alt="{}">', storage.url(key), image.alt_text or image)
