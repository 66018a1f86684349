"""The e-shop's notebook, then the acceptance script of the server, with the SDK unmodified."""

import sys
import uuid
from datetime import timedelta
from importlib.metadata import version

from snowplow_signals import AttributeKeyId, AttributeKeyIdentifiers, InterventionInstance, SignalsSandbox

from events import action, track
from notebook import run_notebook
from refused import refused

url = sys.argv[1]
duid = str(uuid.uuid4())
track(url, action("product_view", duid, app_id="shop"))

notebook = run_notebook("eshop", url, needed=[])
signals, group, service = notebook["sp_signals"], notebook["attribute_group"], notebook["stream_service"]
interventions = [notebook[f"{name}_intervention"] for name in ("cart_abandonment", "discount", "free_shipping")]
everything = [group, service, *interventions]

# Published again: each POST is 400, then PUT.
published = signals.publish(everything)
assert [one.name for one in published] == [one.name for one in everything]
assert all(one.is_published for one in published)
assert signals.get_attribute_group("ecom_attributes").version == 1
assert signals.get_attribute_group("ecom_attributes", 1).attribute_key.name == "domain_userid"
assert {one.name for one in signals.interventions.list()} == {"cart_abandonment", "discount", "free_shipping"}
for which in ({}, {"version": 1}):
    assert signals.interventions.get("discount", **which).criteria.value == 3

# Values start at publish time, never backdated; a preview looks back.
assert signals.get_service_attributes("ecom_attributes", "domain_userid", duid)["count_product_views"] is None
other = str(uuid.uuid4())
track(url, action("add_to_cart", other, 20, app_id="app"))


def previewed(**options) -> dict:
    frame = signals.test(group, **options)
    assert list(frame.columns) == ["domain_userid", "count_product_views", "count_add_to_cart", "total_cart_value"], frame
    rows = frame.astype(object).where(frame.notna(), None).itertuples(index=False)
    return {row[0]: row[1:] for row in rows}


both = {duid: (1, None, None), other: (None, 1, 20.0)}
assert previewed() == both
assert previewed(window=timedelta(days=2), app_ids=["shop", "app"]) == both
assert previewed(app_ids=["shop"]) == {duid: both[duid]}
assert previewed(app_ids=["none"]) == {}
assert previewed(attribute_key_ids=[AttributeKeyId(other)]) == {other: both[other]}
assert previewed(attribute_key_ids=[AttributeKeyId("nobody")]) == {"nobody": (None, None, None)}
while previewed(window=timedelta(milliseconds=1)):
    pass
one_more = group.model_copy(update={"name": "not_registered", "attributes": group.attributes[:1]})
assert list(signals.test(one_more).columns) == ["domain_userid", "count_product_views"]

handled = []
with signals.pull_interventions(AttributeKeyIdentifiers({"domain_userid": [duid]})) as subscription:
    subscription.add_handler(lambda instance: handled.append(instance.name))
    # The request is sent by a thread of its own: a direct intervention is delivered as soon as it has arrived.
    while signals.push_intervention(AttributeKeyIdentifiers({"domain_userid": [duid]}), InterventionInstance(name="ready", version=1)) != "success":
        pass
    assert subscription.get(timeout=30).name == "ready"

    track(url, *[action("product_view", duid) for _ in range(3)])
    track(url, action("product_view", duid))
    discount = subscription.get(timeout=30)
    assert discount.name == "discount", discount
    assert (discount.target_attribute_key.name, discount.target_attribute_key.id) == ("domain_userid", duid)
    track(url, action("add_to_cart", duid, 60, 50))
    assert subscription.get(timeout=30).name == "cart_abandonment"
    track(url, action("product_view", duid), action("add_to_cart", duid, 50, 70))
    assert subscription.get(timeout=30).name == "free_shipping"
    more = {"attributes": {"ecom_attributes:count_add_to_cart": "2"}, "version": 3}
    pushed = signals.push_intervention(AttributeKeyIdentifiers({"domain_userid": [duid]}), InterventionInstance(name="by_hand", **more))
    by_hand = subscription.get(timeout=30)
    assert (pushed, by_hand.name, by_hand.version, by_hand.attributes) == ("success", "by_hand", 3, more["attributes"]), by_hand
assert handled[-4:] == ["discount", "cart_abandonment", "free_shipping", "by_hand"], handled

all_values = {"domain_userid": duid, "count_product_views": 5, "count_add_to_cart": 2, "total_cart_value": 110.0}
assert signals.get_service_attributes("ecom_attributes", "domain_userid", duid) == all_values
assert service.get_attributes(signals=signals, attribute_key="domain_userid", identifier=duid) == all_values
assert group.get_attributes(signals=signals, identifier=duid) == all_values
values = signals.get_group_attributes("ecom_attributes", 1, ["count_add_to_cart"], "domain_userid", duid)
assert values == {"domain_userid": duid, "count_add_to_cart": 2}, values
one_name = ("ecom_attributes", 1, "count_add_to_cart", "domain_userid", duid)
if version("snowplow-signals") == "0.4.2":
    # It sends a single name without its group.
    refused(400, lambda: signals.get_group_attributes(*one_name), '"x" is not an attribute'.replace("x", one_name[2]))
else:
    assert signals.get_group_attributes(*one_name) == values
refused(400, lambda: signals.get_service_attributes("none", "domain_userid", duid))

# Nobody listens.
nobody = AttributeKeyIdentifiers({"domain_userid": [str(uuid.uuid4())]})
assert signals.push_intervention(nobody, InterventionInstance(name="n", version=1)) == "undelivered"

# A published version is frozen, and a group that a published service uses stays. The SDK sends groups before services, so that one call cannot
# unpublish both: the group is refused and nothing has changed, whatever the order of the list.
changed = group.model_copy(update={"attributes": group.attributes[:1]})
refused(400, lambda: signals.publish([changed]))
refused(400, lambda: signals.unpublish([group]), "service ecom_attributes")
for objects in ([group, service], [service, group], everything):
    refused(400, lambda: signals.unpublish(objects), "service ecom_attributes")
assert signals.get_attribute_group("ecom_attributes").is_published
assert signals.get_service_attributes("ecom_attributes", "domain_userid", duid) == all_values
refused(400, lambda: signals.delete([service]))

assert not any(one.is_published for one in signals.unpublish([service, *interventions]))
assert not signals.unpublish([group])[0].is_published
refused(400, lambda: signals.get_service_attributes("ecom_attributes", "domain_userid", duid))
# Unpublishing keeps what is known.
signals.publish([group, service])
assert signals.get_service_attributes("ecom_attributes", "domain_userid", duid) == all_values
signals.unpublish([service])
signals.unpublish([group])
signals.delete(everything)
refused(404, lambda: signals.get_attribute_group("ecom_attributes"))
refused(404, lambda: signals.interventions.get("discount"))
assert signals.interventions.list() == []

refused(401, lambda: SignalsSandbox(api_url=url, sandbox_token="wrong token").interventions.list())
print("eshop: ok")
