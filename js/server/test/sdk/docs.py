"""What the documentation shows of the SDK, from standard input, after the e-shop's notebook."""

import sys

from notebook import run_notebook
from refused import refused

notebook = run_notebook("eshop", sys.argv[1], needed=[])
signals = notebook["sp_signals"]
interventions = [notebook[f"{name}_intervention"] for name in ("cart_abandonment", "discount", "free_shipping")]
names = {"signals": signals, "group": notebook["attribute_group"], "service": notebook["stream_service"], "interventions": interventions}
assert signals.get_attribute_group("ecom_attributes").is_published
exec(sys.stdin.read(), names)
refused(404, lambda: signals.get_attribute_group("ecom_attributes"))
assert signals.interventions.list() == []
print("docs: ok")
