"""The e-shop tutorial and the acceptance script of the server, with the SDK unmodified."""

import sys
import uuid

from snowplow_signals import (
    Attribute,
    AttributeKeyIdentifiers,
    Criteria,
    Criterion,
    EntityProperty,
    Event,
    EventProperty,
    InterventionCriterion,
    InterventionInstance,
    LinkAttributeKey,
    RuleIntervention,
    Service,
    SignalsAPIError,
    SignalsSandbox,
    StreamAttributeGroup,
    domain_userid,
)

from events import SNOWPLOW, action, track

url = sys.argv[1]
signals = SignalsSandbox(api_url=url, sandbox_token="local")

# What the tutorial defines.
ECOMMERCE = f"{SNOWPLOW}.ecommerce"
OWNER = "user@company.com"


def of_type(kind: str) -> Criteria:
    where = EventProperty(vendor=ECOMMERCE, name="snowplow_ecommerce_action", major_version=1, path="type")
    return Criteria(all=[Criterion(property=where, operator="=", value=kind)])


actions = [Event(name="snowplow_ecommerce_action")]
group = StreamAttributeGroup(
    name="ecom_attributes",
    version=1,
    attribute_key=domain_userid,
    owner=OWNER,
    attributes=[
        Attribute(name="count_product_views", type="int32", events=actions, aggregation="counter", criteria=of_type("product_view")),
        Attribute(name="count_add_to_cart", type="int32", events=actions, aggregation="counter", criteria=of_type("add_to_cart")),
        Attribute(
            name="total_cart_value",
            type="double",
            events=actions,
            aggregation="sum",
            property=EntityProperty(vendor=ECOMMERCE, name="product", major_version=1, path="price"),
            criteria=of_type("add_to_cart"),
        ),
    ],
)
service = Service(name="ecom_attributes", attribute_groups=[group], owner=OWNER)


def rule(name: str, attribute: str, value: float) -> RuleIntervention:
    return RuleIntervention(
        name=name,
        owner=OWNER,
        criteria=InterventionCriterion(attribute=f"ecom_attributes:{attribute}", operator=">", value=value),
        target_attribute_keys=[LinkAttributeKey(name="user_id"), LinkAttributeKey(name="domain_userid")],
    )


interventions = [rule("cart_abandonment", "count_add_to_cart", 0), rule("discount", "count_product_views", 3), rule("free_shipping", "total_cart_value", 100)]
everything = [group, service, *interventions]

# A preview before anything is published.
duid = str(uuid.uuid4())
track(url, action("product_view", duid))
preview = signals.test(group)
assert list(preview["domain_userid"]) == [duid], preview
assert list(preview["count_product_views"]) == [1], preview

# Published twice: the second run is 400, then PUT.
for _ in range(2):
    published = signals.publish(everything)
    assert [one.name for one in published] == [one.name for one in everything]
    assert all(one.is_published for one in published)
assert signals.get_attribute_group("ecom_attributes").version == 1
assert signals.get_attribute_group("ecom_attributes", 1).attribute_key.name == "domain_userid"
assert {one.name for one in signals.interventions.list()} == {"cart_abandonment", "discount", "free_shipping"}

# Values start at publish time, never backdated.
assert signals.get_service_attributes("ecom_attributes", "domain_userid", duid)["count_product_views"] is None

with signals.pull_interventions(AttributeKeyIdentifiers({"domain_userid": [duid]})) as subscription:
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

values = signals.get_service_attributes("ecom_attributes", "domain_userid", duid)
assert values == {"domain_userid": duid, "count_product_views": 5, "count_add_to_cart": 2, "total_cart_value": 110.0}, values
values = signals.get_group_attributes("ecom_attributes", 1, ["count_add_to_cart"], "domain_userid", duid)
assert values == {"domain_userid": duid, "count_add_to_cart": 2}, values

# Nobody listens.
nobody = AttributeKeyIdentifiers({"domain_userid": [str(uuid.uuid4())]})
assert signals.push_intervention(nobody, InterventionInstance(name="n", version=1)) == "undelivered"

# A published version is frozen, and a group that a published service uses stays.
changed = group.model_copy(update={"attributes": group.attributes[:1]})
for attempt in (lambda: signals.publish([changed]), lambda: signals.unpublish([group]), lambda: signals.delete([service])):
    try:
        attempt()
        raise SystemExit("this must be refused")
    except SignalsAPIError as error:
        assert error.status_code == 400, error

signals.unpublish([service, *interventions])
signals.unpublish([group])
signals.delete(everything)
try:
    signals.get_attribute_group("ecom_attributes")
    raise SystemExit("a deleted group must not be found")
except SignalsAPIError as error:
    assert error.status_code == 404, error

try:
    SignalsSandbox(api_url=url, sandbox_token="wrong token").interventions.list()
    raise SystemExit("a bad token must be refused")
except SignalsAPIError as error:
    assert error.status_code == 401, error
print("eshop: ok")
