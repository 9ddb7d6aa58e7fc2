"""What operators of a kind share: shapes, data, reference and what their C needs."""
