package ocis

# Thumbnails cost time: they are made while there are no more users than the service is good for.
# `users` is a counter that the operator, or a broker event, changes while this is in force.

default allow := false

allow if {
	is_number(data.node.ocis.users)
	data.node.ocis.users <= data.node.ocis.limit
}

reason := sprintf("%d users are served thumbnails at most", [data.node.ocis.limit]) if not allow
