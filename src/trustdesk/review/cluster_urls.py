from django.urls import path

from trustdesk.review import cluster_pages as pages

app_name = "clusters"
urlpatterns = [
    path("clusters/", pages.list_all, name="list"),
    path("items/<uuid:item_id>/alike", pages.of_item, name="of_item"),
    path("clusters/<uuid:cluster_id>", pages.show, name="show"),
    path("clusters/<uuid:cluster_id>/seen", pages.seen, name="seen"),
    path("clusters/<uuid:cluster_id>/clauses", pages.clauses, name="clauses"),
    path("clusters/<uuid:cluster_id>/preview", pages.preview, name="preview"),
    path("clusters/<uuid:cluster_id>/decide", pages.decide, name="decide"),
    path("joint-decisions/<uuid:joint_id>", pages.joint, name="joint"),
    path("joint-decisions/<uuid:joint_id>/progress", pages.progress, name="progress"),
    path("joint-decisions/<uuid:joint_id>/take-back", pages.take_back, name="take_back"),
    path("rings/<uuid:account_id>", pages.ring, name="ring"),
]
