"""Addresses of policies and word lists."""

from django.urls import path

from trustdesk.policy.pages import reading, trying, watching, word_lists, writing

app_name = "policy"
urlpatterns = [
    path("policies/", reading.policy_list, name="list"),
    path("policies/<slug:code>/", reading.policy, name="policy"),
    path("policies/<slug:code>/<int:number>/", reading.policy, name="version"),
    path("policies/<slug:code>/<int:number>/edit/", writing.edit, name="edit"),
    path("policies/<slug:code>/<int:number>/try/", trying.try_version, name="try_version"),
    path("policies/<slug:code>/<int:number>/check/", reading.check, name="check"),
    path("policies/<slug:code>/<int:number>/approve/", reading.approve, name="approve"),
    path("policies/<slug:code>/<int:number>/publish/", reading.publish, name="publish"),
    path("policies/<slug:code>/<int:number>/discard/", reading.discard, name="discard"),
    path("policies/<slug:code>/roll-back/", reading.roll_back, name="roll_back"),
    path("rules/", watching.rules, name="rules"),
    path("rules/<slug:code>/<slug:rule>/release/", watching.release, name="release"),
    path("new-policy/", writing.new, name="new"),
    path("new-policy/try/", writing.try_it, name="try"),
    path("new-policy/try-on/", trying.try_on, name="try_on"),
    path("new-policy/format/", writing.lay_out, name="format"),
    path("new-policy/vocabulary/", writing.vocabulary, name="vocabulary"),
    path("word-lists/", word_lists.word_lists, name="lists"),
    path("word-lists/<slug:name>/", word_lists.word_list, name="word_list"),
    path("word-lists/<slug:name>/<int:number>/", word_lists.word_list, name="list_version"),
    path("word-lists/<slug:name>/import/", word_lists.bulk, name="import_list"),
    path("word-lists/<slug:name>/<int:number>/history/", word_lists.history, name="list_history"),
    path("word-lists/<slug:name>/<int:number>/check/", word_lists.check, name="check_list"),
    path("word-lists/<slug:name>/<int:number>/discard/", word_lists.discard, name="discard_list"),
    path("word-lists/<slug:name>/edit/", word_lists.edit, name="edit_list"),
    path("word-lists/<slug:name>/<int:number>/approve/", word_lists.approve, name="approve_list"),
    path("word-lists/<slug:name>/<int:number>/publish/", word_lists.publish, name="publish_list"),
    path("word-lists/<slug:name>/roll-back/", word_lists.roll_back, name="roll_back_list"),
    path("new-word-list/import/", word_lists.bulk, name="import_new_list"),
    path("new-word-list/", word_lists.edit, name="new_list"),
]
