"""The console's addresses."""

from django.urls import path

from trustdesk.console.pages import accounts, items, keys, ledger, me, people, queues, stuck, work

app_name = "console"
urlpatterns = [
    path("", me.home, name="home"),
    path("me", me.me, name="me"),
    path("work", work.mine, name="work"),
    path("queues/", queues.queues, name="queues"),
    path("queues/new", queues.make, name="queue_make"),
    path("queues/of/<slug:code>", queues.queue, name="queue"),
    path("queues/of/<slug:code>/change", queues.edit, name="queue_edit"),
    path("queues/of/<slug:code>/state", queues.state, name="queue_state"),
    path("queues/of/<slug:code>/people", queues.name, name="queue_people"),
    path("queues/of/<slug:code>/fallback", queues.fall_back, name="queue_fallback"),
    path("queues/of/<slug:code>/sort", queues.sort, name="queue_sort"),
    path("queues/of/<slug:code>/sorting", queues.sorting, name="queue_sorting"),
    path("queues/why/<uuid:work_id>", queues.why, name="why"),
    path("work/offers/<uuid:work_id>", work.accept, name="accept"),
    path("items/<uuid:item_id>", items.item, name="item"),
    path("accounts/<uuid:account_id>", accounts.account, name="account"),
    path("accounts/<uuid:account_id>/items", accounts.account_items, name="account_items"),
    path("accounts/<uuid:account_id>/story.<slug:form>", accounts.take_story, name="take_story"),
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
    path("stuck/mail/<uuid:mail_id>/look", stuck.mail, name="mail"),
    path("stuck/mail/<uuid:mail_id>/open", stuck.open_mail, name="open_mail"),
    path("stuck/mail/<uuid:mail_id>/aside", stuck.lay_aside, name="lay_mail_aside"),
    path("stuck/<slug:sort>/<slug:key>", stuck.again, name="again"),
]
