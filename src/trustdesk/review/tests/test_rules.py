"""Where a review goes. Pure."""

from trustdesk.review.rules import family_of, place_of

SEVERITIES = {"fraud.scam_offer": 4, "violence.threat": 5, "hate.hate_speech": 4, "quality.off_topic": 1}
FAMILIES = {label: label.partition(".")[0] for label in SEVERITIES}


def hit(*labels, **then):
    return {"labels": labels, "then": {"verb": "review", **then}}


def placed(*hits, unscreened=False):
    asked = []

    def queue_for(facets, named):
        asked.append((dict(facets), named))
        return named or "somewhere"

    place = place_of(
        facets={"kind": "ad", "market": "ID"},
        hits=hits,
        severities=SEVERITIES,
        families=FAMILIES,
        expected_views=None,
        unscreened=unscreened,
        queue_for=queue_for,
        lane_of=lambda name: {"life": 0, "severe": 3}.get(name, 5),
    )
    return place, asked[0]


def test_one_family_counts_that_of_the_gravest_label():
    assert family_of(["fraud.scam_offer", "violence.threat"], SEVERITIES, FAMILIES) == "violence"
    assert family_of(["hate.hate_speech", "fraud.scam_offer"], SEVERITIES, FAMILIES) == "fraud", "of equals the first"
    assert family_of([], SEVERITIES, FAMILIES) == ""
    assert family_of(["brand_new.label"], SEVERITIES, FAMILIES) == "brand_new"


def test_the_queue_is_asked_with_every_dimension_and_what_a_rule_named():
    place, (facets, named) = placed(hit("quality.off_topic"), hit("violence.threat", lane="severe", queue="night"))
    assert (facets, named) == ({"kind": "ad", "market": "ID", "family": "violence", "lane": "3"}, "night")
    assert (place.queue, place.lane) == ("night", 3)


def test_what_waited_in_vain_for_a_signal_asks_for_the_fallback():
    place, asked = placed(hit("violence.threat", lane="life", queue="night"), unscreened=True)
    assert asked == ({}, "")
    assert place.lane == 5
