"""Every kind of object that the SDK publishes, beside those of the tutorials."""

import sys

from snowplow_signals import (
    Attribute,
    AttributeKey,
    BatchAttributeGroup,
    BatchSource,
    EntityProperty,
    ExternalBatchAttributeGroup,
    Field,
    InterventionCriteriaAll,
    InterventionCriterion,
    PageView,
    RuleIntervention,
    Service,
    SignalsSandbox,
    StreamAttributeGroup,
    user_id,
)

from events import page_view, track, with_entity
from refused import refused

url = sys.argv[1]
signals = SignalsSandbox(api_url=url, sandbox_token="local")
OWNER = "user@company.com"
views = Attribute(name="views", type="int32", events=[PageView()], aggregation="counter")

# A key of one's own, before the group that uses it, in whichever order they are given.
account = AttributeKey(name="account", property=EntityProperty(vendor="com.example", name="account", major_version=1, path="id"))
stream = StreamAttributeGroup(name="accounts", version=1, attribute_key=account, owner=OWNER, attributes=[views])
service = Service(name="accounts", attribute_groups=[stream], owner=OWNER)
assert [one.name for one in signals.publish([service, stream, account])] == ["account", "accounts", "accounts"]
assert signals.get_attribute_group("accounts").attribute_key.property.path == "id"
track(url, with_entity(page_view("ann"), "iglu:com.example/account/jsonschema/1-0-0", {"id": "acme"}))
assert signals.get_service_attributes("accounts", "account", "acme") == {"account": "acme", "views": 1}
assert list(signals.test(stream)["account"]) == ["acme"]

# Groups of a warehouse are kept for whoever computes them; nothing here does.
source = BatchSource(name="users", database="DB", schema="DERIVED", table="USERS", timestamp_field="UPDATED_AT", owner=OWNER)
external = ExternalBatchAttributeGroup(
    name="plans", version=1, attribute_key=user_id, owner=OWNER, fields=[Field(name="plan", type="string")], batch_source=source
)
batch = BatchAttributeGroup(name="history", version=1, attribute_key=user_id, owner=OWNER, attributes=[views])
signals.publish([external, batch])
assert signals.get_attribute_group("plans").batch_source.schema_ == "DERIVED"
assert signals.get_group_attributes("plans", 1, ["plan"], "user_id", "u") == {"user_id": "u", "plan": None}
# The SDK sends a preview's batch source under the names that it has in Python.
assert list(signals.test(external).columns) == ["user_id", "plan"]

# An intervention of several criteria, drafted, changed, published, and its versions.
criteria = InterventionCriteriaAll(
    all=[InterventionCriterion(attribute="accounts:views", operator=">", value=0), InterventionCriterion(attribute="accounts:views", operator="<", value=9)]
)
draft = RuleIntervention(name="seen", version=1, owner=OWNER, criteria=criteria)
signals.interventions.create(draft)
refused(400, lambda: signals.interventions.create(draft))
signals.interventions.update(draft.model_copy(update={"description": "more"}))
assert signals.interventions.get("seen").description == "more"
second = draft.model_copy(update={"version": 2})
signals.publish([draft, second])
assert signals.interventions.get("seen").version == 2
refused(400, lambda: signals.interventions.delete("seen", 2))
signals.unpublish([second])
assert signals.interventions.delete("seen", 2) == {"ok": True}
assert signals.interventions.get("seen").version == 1

unknown = draft.model_copy(update={"name": "unknown", "criteria": InterventionCriterion(attribute="none:x", operator=">", value=0)})
signals.interventions.create(unknown)
refused(422, lambda: signals.publish([unknown]))

# Deleting wants what is published to be unpublished, and a key to be used by nothing.
refused(400, lambda: signals.delete([account]))
signals.unpublish([draft, service])
signals.unpublish([stream, external, batch])
signals.delete([account, service, stream, external, batch, draft, unknown])
refused(404, lambda: signals.get_attribute_group("accounts"))

# Event logs, which newer SDKs have, are answered by nobody here.
if hasattr(signals, "get_event_log"):
    refused(404, lambda: signals.get_event_log("any"))
    refused(404, lambda: signals.get_agentic_context("any", "x"))
print("kinds: ok")
