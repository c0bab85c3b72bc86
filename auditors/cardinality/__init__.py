"""How many series there are, and what multiplies them."""
