from collections import Counter

from trustdesk.config import wiring


def test_a_key_leads_to_one_place():
    keys = Counter(entry.key for entry in wiring.NAVIGATION if entry.key)
    assert [key for key, times in keys.items() if times > 1] == []
