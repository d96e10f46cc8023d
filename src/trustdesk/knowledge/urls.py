"""The addresses of the pages of articles."""

from django.urls import path

from trustdesk.knowledge.pages import shelf, writing

app_name = "knowledge"
_OF = "<uuid:article_id>/<slug:language>"
urlpatterns = [
    path("", shelf.listed, name="list"),
    path("find", shelf.find, name="find"),
    path("asked", shelf.in_vain, name="in_vain"),
    path("topics", shelf.topics, name="topics"),
    path("words/<slug:language>", shelf.synonyms, name="synonyms"),
    path("new", writing.begin, name="begin"),
    path("preview", writing.preview, name="preview"),
    path("<uuid:article_id>", writing.show, name="article"),
    path("<uuid:article_id>/settings", writing.settings_of, name="settings"),
    path("<uuid:article_id>/confirm", writing.confirm, name="confirm"),
    path("<uuid:article_id>/archive", writing.archive, name="archive"),
    path("<uuid:article_id>/put-back", writing.put_back, name="put_back"),
    path(f"{_OF}/edit", writing.edit, name="edit"),
    path(f"{_OF}/submit", writing.submit, name="submit"),
    path(f"{_OF}/discard", writing.discard, name="discard"),
    path(f"{_OF}/publish", writing.publish, name="publish"),
    path(f"{_OF}/send-back", writing.send_back, name="send_back"),
    path(f"{_OF}/<int:number>", writing.version, name="version"),
    path(f"{_OF}/<int:number>/restore", writing.restore, name="restore"),
]
