package orders_test

import data.orders

node := {
	"prices": {"pen": 2, "desk": 250},
	"customers": {"kim": "gold"},
	"limits": {"new": 10, "gold": 500},
}

order(customer, article, quantity) := {
	"customer": customer,
	"lines": [{"article": article, "quantity": quantity}],
}

test_within_the_limit if {
	orders.allow with input as order("kim", "desk", 2) with data.node.orders as node
	orders.limits.left == 0 with input as order("kim", "desk", 2) with data.node.orders as node
}

test_above_the_limit if {
	not orders.allow with input as order("kim", "desk", 3) with data.node.orders as node
}

test_an_unknown_customer_is_new if {
	orders.allow with input as order("lou", "pen", 5) with data.node.orders as node
	not orders.allow with input as order("lou", "pen", 6) with data.node.orders as node
}

test_an_unknown_article_is_refused if {
	orders.reasons == {`there is no article "sofa"`} with input as order("kim", "sofa", 1)
		with data.node.orders as node
	not orders.allow with input as order("kim", "sofa", 1) with data.node.orders as node
}

test_a_quantity_must_be_a_positive_number if {
	not orders.allow with input as order("kim", "pen", -1) with data.node.orders as node
	not orders.allow with input as order("kim", "pen", "1") with data.node.orders as node
}

test_an_order_of_nothing_is_refused if {
	not orders.allow with input as {"customer": "kim", "lines": []} with data.node.orders as node
	not orders.allow with data.node.orders as node
}
