"""The prospect scoring tutorial, with the SDK unmodified."""

import sys
import uuid
from datetime import timedelta

from snowplow_signals import (
    AtomicProperty,
    Attribute,
    Criteria,
    Criterion,
    EntityProperty,
    Event,
    PagePing,
    PageView,
    Service,
    SignalsSandbox,
    StreamAttributeGroup,
    domain_userid,
)

from events import SNOWPLOW, page_view, track

url = sys.argv[1]
signals = SignalsSandbox(api_url=url, sandbox_token="local")
WEEK, MONTH = timedelta(days=7), timedelta(days=30)
pricing = Criteria(all=[Criterion(property=AtomicProperty(name="page_url"), operator="like", value="%pricing%")])


def form(name: str) -> Event:
    return Event(name=name, vendor=SNOWPLOW, version="1-0-0")


def counter(name: str, events: list, period: timedelta, criteria: Criteria | None = None) -> Attribute:
    return Attribute(name=name, type="int32", events=events, aggregation="counter", period=period, criteria=criteria)


def distinct(name: str, field: str, period: timedelta) -> Attribute:
    return Attribute(name=name, type="string_list", events=[PageView()], aggregation="unique_list", property=AtomicProperty(name=field), period=period)


def first(name: str, field: str) -> Attribute:
    return Attribute(name=name, type="string", events=[PageView()], aggregation="first", property=AtomicProperty(name=field), period=MONTH)


device = EntityProperty(vendor="nl.basjes", name="yauaa_context", major_version=1, path="deviceClass")
group = StreamAttributeGroup(
    name="prospect_scoring_tutorial",
    version=1,
    attribute_key=domain_userid,
    owner="user@company.com",
    attributes=[
        Attribute(name="latest_app_id", type="string", events=[PageView()], aggregation="last", property=AtomicProperty(name="app_id")),
        Attribute(name="latest_device_class", type="string", events=[PageView()], aggregation="last", property=device),
        distinct("num_sessions_l7d", "domain_sessionid", WEEK),
        distinct("num_apps_l7d", "app_id", WEEK),
        counter("num_page_views_l7d", [PageView()], WEEK),
        counter("num_page_pings_l7d", [PagePing()], WEEK),
        counter("num_pricing_views_l7d", [PageView()], WEEK, pricing),
        counter("num_conversions_l7d", [form("submit_form")], WEEK),
        counter("num_form_engagements_l7d", [form("focus_form"), form("change_form")], WEEK),
        distinct("num_sessions_l30d", "domain_sessionid", MONTH),
        distinct("num_apps_l30d", "app_id", MONTH),
        counter("num_page_views_l30d", [PageView()], MONTH),
        counter("num_page_pings_l30d", [PagePing()], MONTH),
        counter("num_pricing_views_l30d", [PageView()], MONTH, pricing),
        counter("num_conversions_l30d", [form("submit_form")], MONTH),
        counter("num_media_events_l30d", [Event(vendor=f"{SNOWPLOW}.media")], MONTH),
        first("first_refr_medium_l30d", "refr_medium"),
        first("first_mkt_medium_l30d", "mkt_medium"),
        distinct("num_engaged_campaigns_l30d", "mkt_campaign", MONTH),
    ],
)
service = Service(name="prospect_scoring_tutorial_service", attribute_groups=[group], owner="user@company.com")
signals.publish([group, service])

duid, session = str(uuid.uuid4()), str(uuid.uuid4())
track(
    url,
    page_view(duid, aid="website", sid=session, url="https://site.example/?utm_medium=cpc&utm_campaign=spring", refr="https://www.google.com/"),
    page_view(duid, aid="website", sid=session, url="https://site.example/pricing"),
    {"e": "pp", "duid": duid, "aid": "website", "sid": session, "url": "https://site.example/pricing"},
)
values = signals.get_service_attributes("prospect_scoring_tutorial_service", "domain_userid", duid)
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
