package orders.limits

default tier := "new"

tier := data.node.orders.customers[input.customer]

maximum := data.node.orders.limits[tier]

# What is left to spend after this order; below zero when it is too much.
left := maximum - data.orders.total

within if left >= 0
