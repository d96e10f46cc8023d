"""The addresses of search."""

from django.urls import path

from trustdesk.search.pages import bulk, exports, lists, runs, views

app_name = "search"
urlpatterns = [
    path("search/", lists.items, name="items"),
    path("search/accounts", lists.accounts, name="accounts"),
    path("search/decisions", lists.decisions, name="decisions"),
    path("search/bulk", bulk.preview, name="bulk"),
    path("search/bulk/do", bulk.do, name="bulk_do"),
    path("search/bulk/clauses", bulk.clauses, name="bulk_clauses"),
    path("search/bulk/letter/<uuid:item_id>", bulk.letter, name="bulk_letter"),
    path("search/sweep", runs.sweep, name="sweep"),
    path("search/sweep/begin", runs.begin, name="sweep_begin"),
    path("search/runs/<uuid:run_id>", runs.show, name="run"),
    path("search/runs/<uuid:run_id>/progress", runs.progress, name="run_progress"),
    path("search/runs/<uuid:run_id>/cancel", runs.cancel, name="run_cancel"),
    path("search/export/<slug:tab>", exports.export, name="export"),
    path("search/exports/<uuid:export_id>", exports.show, name="export_show"),
    path("search/exports/<uuid:export_id>/progress", exports.progress, name="export_progress"),
    path("search/exports/<uuid:export_id>/fetch", exports.fetch, name="export_fetch"),
    path("search/exports/<uuid:export_id>/cancel", exports.cancel, name="export_cancel"),
    path("items", lists.moved, name="moved"),
    path("search/views", views.save, name="view_save"),
    path("search/views/<uuid:view_id>", views.change, name="view_change"),
    path("search/views/<uuid:view_id>/delete", views.delete, name="view_delete"),
]
