package documents

# Who may do what with a document. A role grants actions on every document there is; the owner of a
# document may also read and write it without one.

default allow := false

allow if {
	exists
	input.action in granted
}

allow if {
	is_owner
	input.action in {"read", "write"}
}

# For a page that shows only the buttons that work.
actions contains action if {
	exists
	some action in granted
}

actions contains action if {
	is_owner
	some action in {"read", "write"}
}

granted contains action if {
	some role in data.node.documents.roles[input.user]
	some action in data.node.documents.grants[role]
}

exists if data.node.documents.owners[input.document]

is_owner if data.node.documents.owners[input.document] == input.user
