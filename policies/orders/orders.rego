package orders

import data.orders.limits

# Whether an order may be placed. Its total is reckoned here; what a customer may spend is the business
# of orders.limits, which asks for the total in turn.

default allow := false

allow if {
	count(input.lines) > 0
	count(reasons) == 0
}

reasons contains "the order is above the customer's limit" if not limits.within

reasons contains sprintf("there is no article %q", [line.article]) if {
	some line in input.lines
	not data.node.orders.prices[line.article]
}

reasons contains sprintf("the quantity of %q must be above zero", [line.article]) if {
	some line in input.lines
	not is_positive(line.quantity)
}

total := sum([price |
	some line in input.lines
	price := line.quantity * data.node.orders.prices[line.article]
])

# A text would be greater than any number, and then count for nothing in the total.
is_positive(value) if {
	is_number(value)
	value > 0
}
