import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustdesk.kernel.base.refusal import Forbidden
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.people.rules import RIGHTS, SCOPES, STARTING_ROLES, Allowance, allows, rights_of_scopes

CODES = st.sampled_from(["ID", "DE", "TH"])


def actor(*allowances: Allowance) -> Actor:
    return Actor(kind="staff", id="x", allowances=frozenset(allowances))


def test_a_scope_bounds_a_right_and_no_scope_is_everywhere():
    sari = actor(Allowance("review.decide", markets=frozenset({"ID"}), queues=frozenset({"ads"})))
    assert sari.may("review.decide", market="ID", queue="ads")
    assert sari.may("review.decide")
    assert not sari.may("review.decide", market="DE", queue="ads")
    assert not sari.may("review.decide", market="ID", queue="shops")
    assert not sari.may("review.read")
    assert actor(Allowance("review.decide")).may("review.decide", market="DE", queue="shops")


def test_scopes_of_two_roles_do_not_mix():
    """Ads in Indonesia and shops in Germany are not ads in Germany."""
    sari = actor(
        Allowance("review.decide", markets=frozenset({"ID"}), queues=frozenset({"ads"})),
        Allowance("review.decide", markets=frozenset({"DE"}), queues=frozenset({"shops"})),
    )
    assert not sari.may("review.decide", market="DE", queue="ads")


def test_a_refusal_says_the_right_in_words():
    with pytest.raises(Forbidden, match=RIGHTS["people.manage"]):
        actor().require("people.manage")
    SYSTEM.require("people.manage", market="ID")


@given(st.lists(st.builds(Allowance, st.just("r"), st.frozensets(CODES), st.frozensets(CODES))), CODES, CODES)
def test_one_more_allowance_never_takes_anything_away(allowances, market, queue):
    for count in range(len(allowances)):
        if allows(allowances[:count], "r", market=market, queue=queue):
            assert allows(allowances[: count + 1], "r", market=market, queue=queue)


def test_roles_and_scopes_name_known_rights_only():
    for _, rights in STARTING_ROLES.values():
        assert set(rights) <= set(RIGHTS)
    for rights in SCOPES.values():
        assert set(rights) <= set(RIGHTS)
    assert rights_of_scopes(["items:read", "no such scope"]) == {"items.read"}


def test_no_key_can_approve_a_policy_and_an_auditor_changes_nothing():
    assert not [scope for scope, rights in SCOPES.items() if "policy.approve" in rights]
    # What is exported or reported is read, in a file or as numbers.
    assert all(right.endswith((".read", ".export", ".report")) for right in STARTING_ROLES["auditor"][1])
