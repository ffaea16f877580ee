"""Calculation of an order before it is placed: discounts, shipping, fees and taxes."""
