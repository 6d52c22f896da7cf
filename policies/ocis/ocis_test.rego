package ocis_test

import data.ocis

test_allowed_up_to_the_limit if {
	ocis.allow with data.node.ocis as {"users": 1, "limit": 20}
	ocis.allow with data.node.ocis as {"users": 20, "limit": 20}
}

test_refused_after_it if {
	not ocis.allow with data.node.ocis as {"users": 21, "limit": 20}
	ocis.reason == "20 users are served thumbnails at most" with data.node.ocis as {"users": 21, "limit": 20}
}

test_refused_without_a_counter if {
	not ocis.allow with data.node.ocis as {"limit": 20}
	not ocis.allow with data.node.ocis as {"users": null, "limit": 20}
}
