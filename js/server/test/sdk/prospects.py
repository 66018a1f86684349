"""The notebook of prospect scoring, with the SDK unmodified, and what its service says of a visitor."""

import sys
import uuid

from events import page_view, track
from notebook import EDITS, run_notebook

url = sys.argv[1]
duid, session = str(uuid.uuid4()), str(uuid.uuid4())
seen = {"duid": duid, "aid": "website", "sid": session}
track(url, page_view(**seen), page_view(**{**seen, "aid": "other", "duid": str(uuid.uuid4())}))

notebook = run_notebook("prospects", url, needed=list(EDITS))
assert len(notebook["applied"]) == 2
preview = notebook["sp_signals_test"]
assert list(preview["domain_userid"]) == [duid] and list(preview["num_page_views_l7d"]) == [1], preview
assert set(notebook["sp_signals_result"].values()) - {notebook["sp_signals_result"]["domain_userid"]} == {None}

track(
    url,
    page_view(**seen, url="https://site.example/?utm_medium=cpc&utm_campaign=spring", refr="https://www.google.com/"),
    page_view(**seen, url="https://site.example/pricing"),
    {"e": "pp", **seen, "url": "https://site.example/pricing"},
)
values = notebook["sp_signals"].get_service_attributes("prospect_scoring_tutorial_service", "domain_userid", duid)
expected = {
    "latest_app_id": "website",
    "latest_device_class": None,
    "num_sessions_l7d": [session],
    "num_page_views_l7d": 2,
    "num_page_pings_l7d": 1,
    "num_pricing_views_l30d": 1,
    "num_conversions_l7d": None,
    "first_refr_medium_l30d": "search",
    "first_mkt_medium_l30d": "cpc",
    "num_engaged_campaigns_l30d": ["spring"],
}
assert {name: values[name] for name in expected} == expected, values
assert len(values) == 20, values
print("prospects: ok")
