"""The moderators' search, by the same index as everybody's: hidden pictures too."""

from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from gallery.models import Image
from gallery.search.find import find
from gallery.search.query import parse
from gallery.search.seen import with_phrases

MOST = 500
MORE = f"These are the newest {MOST} pictures with these words, and there may be more. Add a word to see fewer."


class IndexedSearch(admin.ModelAdmin):
    """A list of pictures, searched by words or by a picture's id."""

    search_fields = ("caption",)  # that there is a field to search in

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Image], search_term: str
    ) -> tuple[QuerySet[Image], bool]:
        if not search_term.strip():
            return queryset, False
        if uuid := _uuid(search_term):
            return queryset.filter(uuid=uuid), False
        query = parse(search_term)
        found = find(query, lambda ids: with_phrases(query, ids), MOST)
        if found.more:
            self.message_user(request, MORE, messages.INFO)
        return queryset.filter(pk__in=found.ids), False


def _uuid(text: str) -> str:
    try:
        return str(UUID(text.strip()))
    except ValueError:
        return ""
