"""Events as a tracker sends them, straight to the collector's endpoint."""

import json
import urllib.request
import uuid

SNOWPLOW = "com.snowplowanalytics.snowplow"


def track(url: str, *events: dict) -> None:
    body = {"schema": f"iglu:{SNOWPLOW}/payload_data/jsonschema/1-0-4", "data": [{"eid": str(uuid.uuid4()), "p": "web", **event} for event in events]}
    request = urllib.request.Request(f"{url}/{SNOWPLOW}/tp2", json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as response:
        assert response.status == 200


def page_view(duid: str, **more: str) -> dict:
    return {"e": "pv", "duid": duid, "url": "https://shop.example/", **more}


def with_entity(event: dict, schema: str, *data: dict) -> dict:
    entities = [{"schema": schema, "data": one} for one in data]
    return {**event, "co": json.dumps({"schema": f"iglu:{SNOWPLOW}/contexts/jsonschema/1-0-0", "data": entities})}


def action(kind: str, duid: str, *prices: float, app_id: str = "shop") -> dict:
    inner = {"schema": f"iglu:{SNOWPLOW}.ecommerce/snowplow_ecommerce_action/jsonschema/1-0-2", "data": {"type": kind}}
    event = {"e": "ue", "aid": app_id, "duid": duid, "ue_pr": json.dumps({"schema": f"iglu:{SNOWPLOW}/unstruct_event/jsonschema/1-0-0", "data": inner})}
    products = [{"id": "p", "category": "tea", "price": price, "currency": "USD"} for price in prices]
    return with_entity(event, f"iglu:{SNOWPLOW}.ecommerce/product/jsonschema/1-0-0", *products) if products else event
