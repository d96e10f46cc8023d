"""The console's addresses."""

from django.urls import path

from trustdesk.console.pages import items, keys, ledger, me, people, stuck, work

app_name = "console"
urlpatterns = [
    path("", me.home, name="home"),
    path("me", me.me, name="me"),
    path("work", work.mine, name="work"),
    path("items", items.items, name="items"),
    path("items/<uuid:item_id>", items.item, name="item"),
    path("people", people.staff_list, name="people"),
    path("people/add", people.add, name="person_add"),
    path("people/<uuid:staff_id>", people.person, name="person"),
    path("people/<uuid:staff_id>/roles", people.give_role, name="give_role"),
    path("people/<uuid:staff_id>/roles/take", people.take_role, name="take_role"),
    path("people/<uuid:staff_id>/skills", people.set_skills, name="set_skills"),
    path("people/<uuid:staff_id>/close", people.close, name="close_sign_in"),
    path("keys", keys.keys, name="keys"),
    path("keys/make", keys.make, name="key_make"),
    path("keys/<uuid:key_id>/revoke", keys.revoke, name="key_revoke"),
    path("ledger", ledger.facts, name="ledger"),
    path("stuck", stuck.overview, name="stuck"),
    path("stuck/webhook/<uuid:endpoint_id>/<uuid:delivery_id>", stuck.webhook_again, name="webhook_again"),
    path("stuck/<slug:sort>/<slug:key>", stuck.again, name="again"),
]
