package documents_test

import data.documents

node := {
	"roles": {"ann": ["editor"], "ben": ["viewer"]},
	"grants": {"viewer": ["read"], "editor": ["read", "write"]},
	"owners": {"plan": "ann", "diary": "cat"},
}

asks(user, action, document) := {"user": user, "action": action, "document": document}

test_role_grants_its_actions if {
	documents.allow with input as asks("ben", "read", "plan") with data.node.documents as node
	documents.allow with input as asks("ann", "write", "diary") with data.node.documents as node
}

test_role_grants_nothing_else if {
	not documents.allow with input as asks("ben", "write", "plan") with data.node.documents as node
}

test_owner_needs_no_role if {
	documents.allow with input as asks("cat", "write", "diary") with data.node.documents as node
}

test_owner_may_not_delete if {
	not documents.allow with input as asks("cat", "delete", "diary") with data.node.documents as node
}

test_stranger_may_nothing if {
	not documents.allow with input as asks("dan", "read", "diary") with data.node.documents as node
}

test_nobody_reads_what_is_not_there if {
	not documents.allow with input as asks("ann", "read", "nothing") with data.node.documents as node
}

test_no_input_is_denied if {
	not documents.allow with data.node.documents as node
}

test_actions_of_an_owner_with_a_role if {
	documents.actions == {"read", "write"} with input as {"user": "ann", "document": "plan"}
		with data.node.documents as node
}
